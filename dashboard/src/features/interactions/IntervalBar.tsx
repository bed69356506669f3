import Box from '@mui/material/Box';

import { percent } from '@/lib/numbers';

interface IntervalBarProps {
  low: number;
  high: number;
  rate: number;
  /** What the right edge stands for; the same for all that are compared. */
  max: number;
}

/** An interval as a bar on a common scale, with a mark at what was seen. */
export function IntervalBar({ low, high, rate, max }: IntervalBarProps) {
  const at = (share: number) => `${Math.min(100, (share / max) * 100)}%`;
  const words = `${percent(low)} to ${percent(high)}`;
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, minWidth: 240 }}>
      <Box
        role="img"
        aria-label={`Between ${words}, seen ${percent(rate)}`}
        sx={{ position: 'relative', flex: 1, height: 12, borderRadius: 1, bgcolor: 'divider' }}
      >
        <Box
          sx={{ position: 'absolute', top: 3, bottom: 3, borderRadius: 1, bgcolor: 'primary.main' }}
          style={{ left: at(low), width: `max(2px, calc(${at(high)} - ${at(low)}))` }}
        />
        <Box
          sx={{ position: 'absolute', top: 0, bottom: 0, width: 2, bgcolor: 'text.primary' }}
          style={{ left: at(rate) }}
        />
      </Box>
      <Box component="span" sx={{ fontSize: '0.75rem', whiteSpace: 'nowrap' }}>
        {words}
      </Box>
    </Box>
  );
}
