import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useQuery } from '@tanstack/react-query';
import { Navigate } from 'react-router';

import { AsyncContent } from '@/components/AsyncContent';
import { Figure } from '@/components/Figure';
import { Page } from '@/components/Page';
import { Sparkline } from '@/components/Sparkline';
import type { Model } from '@/lib/api';
import { count, percent } from '@/lib/numbers';
import { usePreference } from '@/lib/preferences';
import { healthQuery } from '@/lib/queries/health';
import { openInboxQuery } from '@/lib/queries/inbox';
import { useCan } from '@/lib/queries/me';
import { pausesQuery } from '@/lib/queries/pauses';
import type { ToneName } from '@/theme/palette';
import { ByAction, LastDay } from './LastDay';
import { Limits } from './Limits';
import { NeedList } from './NeedList';
import { allIsWell, needsOf } from './needs';
import { metricsQuery } from './queries';
import { Running } from './Running';

export function OverviewPage() {
  const metrics = useQuery(metricsQuery());
  const inbox = useQuery({ ...openInboxQuery(), enabled: useCan('inbox:read') });
  const health = useQuery({ ...healthQuery(), enabled: useCan('health:read') });
  const pauses = useQuery({ ...pausesQuery(), enabled: useCan('accounts:read') });
  const [isWelcomed] = usePreference('welcomed', false);
  const known = {
    metrics: metrics.data,
    inbox: inbox.data,
    health: health.data,
    pauses: pauses.data,
  };
  // What needs somebody stands on top, so the rest waits for it: nothing is pushed down later.
  const isWaiting = [inbox, health, pauses].some((query) => query.isLoading);

  if (metrics.data?.accounts.total === 0 && !isWelcomed) return <Navigate to="/welcome" replace />;
  return (
    <Page title="Overview">
      <AsyncContent
        query={isWaiting ? { ...metrics, data: undefined, error: null } : metrics}
        skeleton={<OverviewSkeleton />}
      >
        {(data) => (
          <>
            <NeedList needs={needsOf(known)} well={allIsWell(known)} />
            <Figures metrics={data} />
            <Box sx={twoColumns}>
              <Box sx={column}>
                <Running />
                <LastDay hours={data.hours} />
              </Box>
              <Box sx={column}>
                <Limits limits={data.limits_today} />
                <ByAction figures={data.last_24h} />
              </Box>
            </Box>
          </>
        )}
      </AsyncContent>
    </Page>
  );
}

function Figures({ metrics }: { metrics: Model<'Metrics'> }) {
  const { hours, last_24h: day, last_7d: week, latency_ms: latency, cache } = metrics;
  const asked = cache.hits + cache.misses;
  return (
    <Box sx={fourColumns}>
      <Figure
        label="Success rate, 24 hours"
        value={percent(day.success_rate)}
        note={`${percent(week.success_rate)} in 7 days`}
        chart={
          <Course values={hours.map((hour) => hour.success)} label="Successes" tone="success" />
        }
      />
      <Figure
        label="Duplicates prevented"
        value={count(day.dedupe_hits)}
        note={`in 24 hours; ${count(week.dedupe_hits)} in 7 days`}
        chart={
          <Course values={hours.map((hour) => hour.dedupe_hit)} label="Duplicates prevented" />
        }
      />
      <Figure
        label="Response time, median"
        value={latency.p50 === null ? '–' : `${count(latency.p50)} ms`}
        note={
          latency.p95 === null
            ? 'nothing measured in 24 hours'
            : `95 % within ${count(latency.p95)} ms`
        }
      />
      <Figure
        label="Decisions from memory"
        value={percent(cache.hit_rate)}
        note={asked === 0 ? 'nothing asked yet' : `${count(cache.hits)} of ${count(asked)} asked`}
      />
    </Box>
  );
}

/** A telephone has room for the number only. */
function Course({ label, ...line }: { label: string; values: number[]; tone?: ToneName }) {
  return (
    <Box sx={{ display: { xs: 'none', sm: 'block' } }}>
      <Sparkline label={`${label} by the hour`} {...line} />
    </Box>
  );
}

function OverviewSkeleton() {
  return (
    <Box role="status" aria-label="Loading" sx={{ display: 'grid', gap: 1.5 }}>
      <Skeleton variant="rounded" height={42} />
      <Box sx={fourColumns}>
        {[1, 2, 3, 4].map((figure) => (
          <Skeleton key={figure} variant="rounded" height={92} />
        ))}
      </Box>
      <Box sx={twoColumns}>
        <Skeleton variant="rounded" height={220} />
        <Skeleton variant="rounded" height={220} />
      </Box>
    </Box>
  );
}

const fourColumns = {
  display: 'grid',
  gap: 1.5,
  gridTemplateColumns: {
    xs: 'repeat(2, minmax(0, 1fr))',
    lg: 'repeat(4, minmax(0, 1fr))',
  },
} as const;
const twoColumns = {
  display: 'grid',
  gap: 1.5,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 3fr) minmax(0, 2fr)' },
} as const;
const column = { display: 'grid', gap: 1.5, gridTemplateColumns: 'minmax(0, 1fr)' } as const;
