import Box from '@mui/material/Box';
import LockOutlined from '@mui/icons-material/LockOutlined';

import { Section } from '@/components/Section';
import { SimpleTable } from '@/components/SimpleTable';
import { bytes } from '@/lib/numbers';
import { MONO } from '@/theme/theme';
import { type CsvFile, DELIMITER_NAMES, isSecret, MASK } from '@/lib/csv';

interface PreviewProps {
  name: string;
  size: number;
  file: CsvFile;
  /** What the server knows no use for. */
  ignored?: string[];
}

/** The first rows as the browser reads them; it has not sent anything for this. */
export function Preview({ name, size, file, ignored = [] }: PreviewProps) {
  const columns = file.columns.map((column, at) => ({
    label: `${column}${ignored.includes(column) ? ' (ignored)' : ''}`,
    cell: ({ cells }: { cells: string[] }) => {
      const text = cells[at] ?? '';
      if (text === '') return '–';
      if (!isSecret(column)) return text;
      return (
        <Box
          component="span"
          title="Masked: it is a secret"
          sx={{ display: 'inline-flex', gap: 0.5, alignItems: 'center', color: 'text.secondary' }}
        >
          <LockOutlined sx={{ fontSize: 13 }} aria-label="Secret" role="img" />
          {MASK}
        </Box>
      );
    },
  }));
  return (
    <Section
      title={name}
      about={`${bytes(size)}, ${file.columns.length} columns, delimiter ${DELIMITER_NAMES[file.delimiter]}; the first ${file.rows.length} rows`}
      flush
    >
      <Box sx={{ '& td': { whiteSpace: 'nowrap', fontFamily: MONO, fontSize: '0.75rem' } }}>
        <SimpleTable
          label={`First rows of ${name}`}
          rows={file.rows}
          rowId={(row) => row.line}
          columns={[{ label: 'Line', cell: (row) => row.line, align: 'right' }, ...columns]}
        />
      </Box>
    </Section>
  );
}
