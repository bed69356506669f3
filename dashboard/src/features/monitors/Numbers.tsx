import Box from '@mui/material/Box';
import { useQuery } from '@tanstack/react-query';
import type { PropsWithChildren } from 'react';

import { Figure } from '@/components/Figure';
import { StateChip } from '@/components/StateChip';
import { Ago } from '@/components/Time';
import { count, percent } from '@/lib/numbers';
import { figuresQuery, type Monitor } from './queries';
import { growthText, metricName, METRICS, sourceName } from './reading';
import { whyStale } from './Freshness';

/** The newest counts, each with where and when it was read and how far it has come. */
export function Numbers({ monitor }: { monitor: Monitor }) {
  const { data: figures } = useQuery(figuresQuery(monitor.id));
  const read = <Read monitor={monitor} />;
  const engagement = figures?.engagement;
  const metrics = METRICS[monitor.kind];
  return (
    <Box
      component="section"
      aria-label="Numbers"
      sx={{
        display: 'grid',
        gap: 1.5,
        gridTemplateColumns: {
          xs: 'minmax(0, 1fr)',
          sm: 'repeat(2, minmax(0, 1fr))',
          lg: `repeat(${monitor.kind === 'post' ? 4 : 3}, minmax(0, 1fr))`,
        },
      }}
    >
      {metrics.map((metric) => {
        const growth = (all: 'growth_24h' | 'growth_7d') =>
          figures?.[all].find((one) => one.metric === metric);
        return (
          <Figure
            key={metric}
            label={metricName(metric)}
            value={count(monitor.counts[metric])}
            note={
              <Lines>
                <span>{figures ? growthText(growth('growth_24h'), '24 h') : ' '}</span>
                <span>{figures ? growthText(growth('growth_7d'), '7 d') : ' '}</span>
                {read}
              </Lines>
            }
          />
        );
      })}
      {monitor.kind === 'post' && (
        <Figure
          label="Engagement rate"
          value={figures ? percent(engagement?.rate, 2) : undefined}
          note={
            <Lines>
              <span>Likes and comments for each play</span>
              <span>{figures ? `7 d: n ${count(engagement?.n ?? 0)}` : ' '}</span>
              {read}
            </Lines>
          }
        />
      )}
    </Box>
  );
}

function Lines({ children }: PropsWithChildren) {
  return (
    <Box sx={{ display: 'grid', gap: '2px', mt: 0.5, '& > span': { minHeight: 18 } }}>
      {children}
    </Box>
  );
}

function Read({ monitor }: { monitor: Monitor }) {
  if (monitor.last_success_at === null) return <span>not read yet</span>;
  return (
    <Box component="span" sx={{ display: 'flex', alignItems: 'center', gap: 0.75 }}>
      {sourceName(monitor.counts_source ?? 'unknown')}, <Ago at={monitor.last_success_at} />
      {monitor.stale && <StateChip state="stale" hint={whyStale(monitor)} />}
    </Box>
  );
}
