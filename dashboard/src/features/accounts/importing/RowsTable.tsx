import Button from '@mui/material/Button';
import Box from '@mui/material/Box';
import FileDownload from '@mui/icons-material/FileDownloadOutlined';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { useState } from 'react';

import { Section } from '@/components/Section';
import { SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { count, plural } from '@/lib/numbers';
import type { ImportReport, ImportRow } from './imports';

const SHOWN = 300;

interface RowsTableProps {
  report: ImportReport;
  rows: ImportRow[];
  /** There are more on the server. */
  onMore?: () => void;
  onSaveFailed: () => void;
}

/** Row by row: what becomes of it, and what is wrong, where and how it is mended. */
export function RowsTable({ report, rows, onMore, onSaveFailed }: RowsTableProps) {
  const errors = report.counts.error ?? 0;
  const [view, setView] = useState<'errors' | 'all'>(errors > 0 ? 'errors' : 'all');
  const wanted = view === 'errors' ? rows.filter((row) => row.outcome === 'error') : rows;
  const shown = wanted.slice(0, SHOWN);
  const left = wanted.length - shown.length;
  return (
    <Section
      title="Rows"
      about={
        report.dry_run
          ? 'What the file would do; nothing is stored yet.'
          : 'What the import has done.'
      }
      flush
      actions={
        <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
          <ToggleButtonGroup
            size="small"
            exclusive
            value={view}
            aria-label="Which rows"
            onChange={(_, next: 'errors' | 'all' | null) => next && setView(next)}
          >
            <ToggleButton value="errors">Errors ({count(errors)})</ToggleButton>
            <ToggleButton value="all">All</ToggleButton>
          </ToggleButtonGroup>
          {errors > 0 && (
            <Button variant="outlined" startIcon={<FileDownload />} onClick={onSaveFailed}>
              Failed rows as CSV
            </Button>
          )}
        </Box>
      }
    >
      <Box sx={{ maxHeight: 460, overflowY: 'auto' }}>
        <SimpleTable
          label="Rows of the file"
          rows={shown.map((row, at) => ({ ...row, at }))}
          rowId={(row) => row.at}
          columns={[
            { label: 'Line', cell: (row) => row.line, align: 'right', width: 60 },
            { label: 'Outcome', cell: (row) => <StateChip state={row.outcome} />, width: 110 },
            { label: 'Number', cell: (row) => row.account_no ?? '–' },
            { label: 'Login', cell: (row) => row.login ?? '–' },
            { label: 'Column', cell: (row) => row.column ?? '–' },
            { label: 'Reason', cell: (row) => <Words text={row.reason} /> },
            { label: 'How to mend it', cell: (row) => <Words text={row.fix} /> },
          ]}
        />
        {shown.length === 0 && (
          <Typography variant="body2" color="textSecondary" sx={{ p: 2 }}>
            {view === 'errors' ? 'No row is wrong.' : 'No row to show.'}
          </Typography>
        )}
        {(left > 0 || onMore) && (
          <Box sx={{ p: 1.5, display: 'flex', gap: 1, alignItems: 'center' }}>
            {left > 0 && (
              <Typography variant="caption" color="textSecondary">
                and {plural(left, 'row')} more
              </Typography>
            )}
            {onMore && <Button onClick={onMore}>Load more rows</Button>}
          </Box>
        )}
      </Box>
    </Section>
  );
}

/** A sentence keeps a readable width where the table scrolls. */
function Words({ text }: { text?: string | null }) {
  return text ? <Box sx={{ minWidth: 170 }}>{text}</Box> : '–';
}
