import Box from '@mui/material/Box';

import { diffLines } from '@/lib/diff';
import { MONO } from '@/theme/theme';

interface DiffProps {
  before: string;
  after: string;
  /** Unchanged lines kept around each change. */
  context?: number;
}

/** Two texts, line by line: what went and what came. */
export function Diff({ before, after, context = 3 }: DiffProps) {
  const lines = diffLines(before, after, context);
  if (lines.length === 0) {
    return <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>No difference.</Box>;
  }
  return (
    <Box
      component="pre"
      tabIndex={0}
      aria-label="Difference"
      sx={{
        m: 0,
        py: 1,
        maxHeight: 420,
        overflow: 'auto',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        fontFamily: MONO,
        fontSize: '0.75rem',
        lineHeight: 1.55,
        '& div': { px: 1.5, minWidth: 'max-content' },
        '& .added': { bgcolor: 'success.soft', color: 'success.text' },
        '& .removed': { bgcolor: 'error.soft', color: 'error.text' },
        '& .gap': { color: 'text.secondary' },
      }}
    >
      {lines.map((line, at) => (
        <div key={at} className={line.kind}>
          {{ added: '+ ', removed: '- ', same: '  ', gap: '' }[line.kind]}
          {line.text}
        </div>
      ))}
    </Box>
  );
}
