import Box from '@mui/material/Box';

import type { ToneName } from '@/theme/palette';

interface MeterProps {
  /** What is measured, for those who do not see the bar. */
  label: string;
  value: number;
  max: number;
  tone?: ToneName;
  /** The words of the value; `4 of 100` unless given. */
  text?: string;
}

/** A slim bar: how much of something is used, or done. */
export function Meter({ label, value, max, tone = 'primary', text }: MeterProps) {
  const share = max > 0 ? Math.min(1, Math.max(0, value / max)) : 0;
  return (
    <Box
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={Math.max(max, value)}
      aria-valuenow={value}
      aria-valuetext={text ?? `${value} of ${max}`}
      sx={{ height: 5, borderRadius: 3, bgcolor: `${tone}.soft`, overflow: 'hidden' }}
    >
      <Box
        sx={{ height: 1, borderRadius: 3, bgcolor: `${tone}.main`, transition: 'width 300ms' }}
        // The width changes with every step; a class for each would fill the style sheet.
        style={{ width: value > 0 ? `max(3px, ${share * 100}%)` : 0 }}
      />
    </Box>
  );
}
