import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { STATES } from '@/components/states';
import type { Model } from '@/lib/api';
import { count, percent, words } from '@/lib/numbers';
import { metricsQuery } from '@/lib/queries/metrics';

const STATUSES = ['success', 'failed', 'retry', 'skipped', 'dedupe_hit', 'unknown'] as const;

/** The last 24 hours above the log: what came of what was tried, and how fast. */
export function MetricsStrip() {
  const metrics = useQuery({ ...metricsQuery(), meta: { isAside: true } });
  const found = metrics.data;
  const day = found && sumOf(found.last_24h);
  return (
    <Paper
      component="dl"
      variant="outlined"
      aria-label="The last 24 hours"
      sx={{
        m: 0,
        px: 2,
        py: 1,
        flexShrink: 0,
        display: 'grid',
        gridTemplateColumns: 'repeat(auto-fit, minmax(74px, 1fr))',
        columnGap: 1.5,
        rowGap: 1,
      }}
    >
      <Badge label="24 h, all" value={found && count(found.last_24h.total)} />
      {STATUSES.map((status) => (
        <Badge key={status} label={labelOf(status)} value={day && count(day[status])} />
      ))}
      <Badge label="Success rate" value={found && percent(found.last_24h.success_rate)} />
      <Badge label="Cache hits" value={found && percent(found.cache.hit_rate)} />
      <Badge label="Latency p50" value={found && ms(found.latency_ms.p50)} />
      <Badge label="Latency p95" value={found && ms(found.latency_ms.p95)} />
    </Paper>
  );
}

function Badge({ label, value }: { label: string; value: ReactNode }) {
  return (
    <Box sx={{ minWidth: 0 }}>
      <Box
        component="dt"
        sx={{ fontSize: '0.75rem', color: 'text.secondary', whiteSpace: 'nowrap' }}
      >
        {label}
      </Box>
      <Box component="dd" sx={{ m: 0, fontSize: '0.9375rem', fontWeight: 600 }}>
        {value ?? <Skeleton width={40} />}
      </Box>
    </Box>
  );
}

function sumOf({ by_action }: Model<'Figures'>): Record<(typeof STATUSES)[number], number> {
  const sum = { success: 0, failed: 0, retry: 0, skipped: 0, dedupe_hit: 0, unknown: 0 };
  for (const counts of Object.values(by_action)) {
    for (const status of STATUSES) sum[status] += counts[status];
  }
  return sum;
}

const labelOf = (status: string) => STATES[status]?.label ?? words(status);
const ms = (value: number | null) => (value === null ? '–' : `${count(Math.round(value))} ms`);
