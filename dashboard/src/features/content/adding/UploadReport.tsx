import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { Figure } from '@/components/Figure';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { count } from '@/lib/numbers';
import { isOver, type Outcome, rowsQuery, type Upload, type UploadRow } from './uploads';

const FIGURES: [Outcome, string][] = [
  ['added', 'Added'],
  ['unchanged', 'There already'],
  ['error', 'Wrong'],
];

/** How far it is, its numbers, and what became of each row. */
export function UploadReport({ upload }: { upload: Upload }) {
  return (
    <>
      {!isOver(upload) && (
        <Box>
          <Typography variant="body2" sx={{ mb: 0.5 }}>
            {upload.dry_run ? 'Checking' : 'Taking in'}: {count(upload.done_rows)} of{' '}
            {count(upload.total_rows)}
          </Typography>
          <LinearProgress
            variant={upload.progress > 0 ? 'determinate' : 'indeterminate'}
            value={upload.progress}
            aria-label="Progress of the upload"
          />
        </Box>
      )}
      {upload.error && <Alert severity="error">{upload.error}</Alert>}
      <Box
        sx={{
          display: 'grid',
          gap: 1.5,
          gridTemplateColumns: 'repeat(auto-fit, minmax(96px, 1fr))',
        }}
      >
        {FIGURES.map(([key, label]) => (
          <Figure
            key={key}
            label={key === 'added' && upload.dry_run ? 'New' : label}
            value={count(upload.counts[key] ?? 0)}
          />
        ))}
      </Box>
      {isOver(upload) && upload.total_rows > 0 && <Rows key={upload.id} upload={upload} />}
    </>
  );
}

type View = 'error' | 'all';

function Rows({ upload }: { upload: Upload }) {
  const errors = upload.counts.error ?? 0;
  const [view, setView] = useState<View>(errors > 0 ? 'error' : 'all');
  const rows = useQuery(rowsQuery(upload.id, view === 'all' ? null : view));
  return (
    <Section
      title="Rows"
      about={
        upload.dry_run ? 'What would become of each; nothing is kept yet.' : 'What became of each.'
      }
      flush
      actions={
        <ToggleButtonGroup
          size="small"
          exclusive
          value={view}
          aria-label="Which rows"
          onChange={(_, next: View | null) => next && setView(next)}
        >
          <ToggleButton value="error">Wrong ({count(errors)})</ToggleButton>
          <ToggleButton value="all">All</ToggleButton>
        </ToggleButtonGroup>
      }
    >
      <Box sx={{ maxHeight: 460, overflowY: 'auto' }}>
        <AsyncContent
          query={rows}
          isEmpty={({ items }) => items.length === 0}
          empty={view === 'error' ? 'No row is wrong.' : 'No row to show.'}
        >
          {({ items, next_cursor }) => (
            <>
              <SimpleTable
                label="Rows of the upload"
                rows={items}
                columns={COLUMNS}
                rowId={(row) => row.seq}
              />
              {next_cursor && (
                <Typography variant="caption" color="textSecondary" sx={{ p: 1.5 }} component="p">
                  The first {count(items.length)} rows.
                </Typography>
              )}
            </>
          )}
        </AsyncContent>
      </Box>
    </Section>
  );
}

const LABELS: Record<Outcome, string> = {
  added: 'New',
  unchanged: 'There already',
  error: 'Wrong',
};

const COLUMNS: Column<UploadRow>[] = [
  { label: 'Line', align: 'right', width: 60, cell: (row) => row.line ?? '–' },
  {
    label: 'Outcome',
    width: 130,
    cell: (row) => <StateChip state={row.outcome} label={LABELS[row.outcome]} />,
  },
  { label: 'File', cell: (row) => <Box sx={{ overflowWrap: 'anywhere' }}>{row.file ?? '–'}</Box> },
  { label: 'Column', cell: (row) => row.column ?? '–' },
  { label: 'What is to be said of it', cell: (row) => <Note row={row} /> },
];

function Note({ row }: { row: UploadRow }) {
  if (row.reason) return <Box sx={{ minWidth: 170 }}>{row.reason}</Box>;
  if (row.near_duplicates.length === 0) return '–';
  return (
    <Box sx={{ minWidth: 170 }}>
      Looks nearly the same as{' '}
      {row.near_duplicates.slice(0, 4).map((id, at) => (
        <span key={id}>
          {at > 0 && ', '}
          <TextLink to={`/content?open=${id}`}>picture {id}</TextLink>
        </span>
      ))}
    </Box>
  );
}
