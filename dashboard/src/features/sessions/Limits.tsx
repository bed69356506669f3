import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';

import { Meter } from '@/components/Meter';
import type { Model } from '@/lib/api';
import { count, words } from '@/lib/numbers';
import type { ToneName } from '@/theme/palette';

type Limits = Record<string, Model<'ActionUse'>>;

/** Used and left of each action: the last hour beside the last 24 hours. */
export function LimitMeters({ limits, only }: { limits: Limits; only?: string[] }) {
  const shown = Object.entries(limits).filter(
    ([action]) => only === undefined || only.includes(action),
  );
  const reason = shown.find(([, use]) => use.reason)?.[1].reason;
  return (
    <Box
      sx={{
        display: 'grid',
        gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
        columnGap: 2,
        rowGap: 1.25,
      }}
    >
      {shown.flatMap(([action, use]) => [
        <Use
          key={`${action}-hour`}
          label={`${words(action)}, 1 h`}
          used={use.used_hour}
          limit={use.per_hour}
          left={use.left_hour}
        />,
        <Use
          key={`${action}-day`}
          label={`${words(action)}, 24 h`}
          used={use.used_day}
          limit={use.per_day}
          left={use.left_day}
        />,
      ])}
      {reason && (
        <Typography variant="caption" color="textSecondary" sx={{ gridColumn: '1 / -1' }}>
          Less than the settings allow: {reason.slice(reason.indexOf(': ') + 2)}.
        </Typography>
      )}
    </Box>
  );
}

interface UseProps {
  label: string;
  used: number;
  limit: number;
  left: number | null;
}

function Use({ label, used, limit, left }: UseProps) {
  const rest = left ?? Math.max(0, limit - used);
  const tone: ToneName = rest === 0 ? 'error' : used >= limit * 0.8 ? 'warning' : 'primary';
  return (
    <Box sx={{ display: 'grid', gap: 0.5, fontSize: '0.75rem', minWidth: 0 }}>
      <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 1, whiteSpace: 'nowrap' }}>
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {label}
        </Box>
        <span title={`${count(used)} of ${count(limit)} used`}>{count(rest)} left</span>
      </Box>
      <Meter
        label={label}
        value={used}
        max={limit}
        tone={tone}
        text={`${count(used)} of ${count(limit)} used, ${count(rest)} left`}
      />
    </Box>
  );
}
