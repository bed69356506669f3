import Box from '@mui/material/Box';

import type { Model } from '@/lib/api';

interface SharesProps {
  /** What is measured, for those who do not see the bar. */
  label: string;
  counts: Model<'Counts'>;
  height?: number;
}

const TONES = [
  ['completed', 'success.main'],
  ['failed', 'error.main'],
  ['running', 'primary.main'],
] as const;

/** How tasks stand, as one bar: done, failed, running, and what is left. */
export function Shares({ label, counts, height = 6 }: SharesProps) {
  const { pending = 0, running = 0, completed = 0, failed = 0 } = counts;
  const total = pending + running + completed + failed;
  const parts = { completed, failed, running };
  return (
    <Box
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={completed + failed}
      aria-valuetext={`${completed} completed, ${failed} failed, ${running} running, ${pending} waiting`}
      sx={{
        display: 'flex',
        flex: 1,
        minWidth: 0,
        height,
        borderRadius: 3,
        bgcolor: 'secondary.soft',
        overflow: 'hidden',
      }}
    >
      {TONES.map(([name, colour]) => (
        <Box
          key={name}
          sx={{ bgcolor: colour }}
          // The width changes with every step; a class for each would fill the style sheet.
          style={{ width: parts[name] > 0 ? `max(3px, ${(parts[name] / total) * 100}%)` : 0 }}
        />
      ))}
    </Box>
  );
}
