import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';
import Typography from '@mui/material/Typography';

import { Figure } from '@/components/Figure';
import { count } from '@/lib/numbers';
import { type ImportReport, isOver } from './imports';

const FIGURES: [string, string][] = [
  ['create', 'New'],
  ['update', 'Updated'],
  ['unchanged', 'Unchanged'],
  ['error', 'Wrong'],
];

/** The numbers of a check or an import, and how far it is. */
export function Verdict({ report }: { report: ImportReport }) {
  return (
    <>
      {!isOver(report) && (
        <Box>
          <Typography variant="body2" sx={{ mb: 0.5 }}>
            {report.dry_run ? 'Checking' : 'Importing'}: {report.progress} %
          </Typography>
          <LinearProgress
            variant={report.progress > 0 ? 'determinate' : 'indeterminate'}
            value={report.progress}
            aria-label="Progress of the import"
          />
        </Box>
      )}
      {report.error && <Alert severity="error">{report.error}</Alert>}
      <Box
        sx={{
          display: 'grid',
          gap: 1.5,
          gridTemplateColumns: 'repeat(auto-fit, minmax(120px, 1fr))',
        }}
      >
        {FIGURES.map(([key, label]) => (
          <Figure key={key} label={label} value={count(report.counts[key] ?? 0)} />
        ))}
      </Box>
    </>
  );
}
