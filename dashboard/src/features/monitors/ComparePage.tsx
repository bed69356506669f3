import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import Select from '@mui/material/Select';
import Skeleton from '@mui/material/Skeleton';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useQueries, useQuery } from '@tanstack/react-query';
import {
  parseAsArrayOf,
  parseAsInteger,
  parseAsString,
  parseAsStringLiteral,
  useQueryStates,
} from 'nuqs';
import { lazy, Suspense } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import type { Model } from '@/lib/api';
import { ComparedTable } from './ComparedTable';
import { togetherOf } from './course';
import { useReadings } from './live';
import { MonitorsFrame } from './MonitorsFrame';
import { MonitorsPicker } from './MonitorsPicker';
import { compareQuery, type Monitor, monitorQuery } from './queries';
import { RangePicker } from './RangePicker';
import { metricName, metricOf, METRICS, subjectName } from './reading';
import { RANGES, useSpan } from './span';

const CourseChart = lazy(() => import('./CourseChart'));
const HEIGHT = 280;
const waiting = <Skeleton variant="rounded" height={HEIGHT} />;
const ENDING_NOW = RANGES.filter((one) => one !== 'custom');
const MOST = 8;

/** One count of several people, or of several posts, over the same time. Who they are stands in the URL. */
export function ComparePage() {
  const [{ ids: given, metric: wanted, as }, setView] = useQueryStates({
    ids: parseAsArrayOf(parseAsInteger).withDefault([]),
    metric: parseAsString,
    as: parseAsStringLiteral(['count', 'percent']).withDefault('count'),
  });
  const ids = given.slice(0, MOST);
  const state = useSpan('7d');
  useReadings(ids);
  const found = useQueries({ queries: ids.map((id) => monitorQuery(id)) });
  const monitors = found.flatMap(({ data }) => data ?? []);
  const kind = monitors[0]?.kind ?? 'influencer';
  const metric = metricOf(kind, wanted);
  const isKnown = ids.length > 0 && monitors.length === ids.length;
  const failed = found.find(({ error }) => error !== null);
  const compared = useQuery({
    ...compareQuery(ids, metric, state.span),
    enabled: isKnown,
  });
  const isComing = found.some(({ isPending }) => isPending);
  // Who cannot be found keeps all of them from being compared, and says so.
  const query = failed ?? compared;
  return (
    <MonitorsFrame tab="compare">
      <Section
        title={ids.length === 0 ? 'Comparison' : metricName(metric)}
        about="Up to eight of one kind. In percent each begins at 0, so that small and large ones can be compared."
        actions={
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
            <Select
              size="small"
              value={metric}
              onChange={(event) => void setView({ metric: event.target.value })}
              inputProps={{ 'aria-label': 'Which count' }}
              sx={{ minWidth: 124 }}
            >
              {METRICS[kind].map((one) => (
                <MenuItem key={one} value={one}>
                  {metricName(one)}
                </MenuItem>
              ))}
            </Select>
            <ToggleButtonGroup
              exclusive
              size="small"
              aria-label="As"
              value={as}
              onChange={(_, next: typeof as | null) => next && void setView({ as: next })}
              sx={{ '& .MuiToggleButton-root': { textTransform: 'none' } }}
            >
              <ToggleButton value="count">Count</ToggleButton>
              <ToggleButton value="percent">Change in %</ToggleButton>
            </ToggleButtonGroup>
            <RangePicker state={state} ranges={ENDING_NOW} />
          </Box>
        }
      >
        {/* Names take as much room as they have letters: until they are there nothing stands below them. */}
        {isComing ? (
          <Skeleton variant="rounded" height={HEIGHT + 52} />
        ) : (
          <Box sx={{ display: 'grid', gap: 1.5 }}>
            <MonitorsPicker
              kind={monitors.length > 0 ? kind : null}
              value={monitors}
              isFull={ids.length >= MOST}
              onChange={(next) => void setView({ ids: next.length === 0 ? null : next })}
            />
            {ids.length === 0 ? (
              <Box sx={{ minHeight: HEIGHT, display: 'grid', alignContent: 'center' }}>
                <EmptyState title="Nobody is chosen yet.">
                  Choose above, or select several in the list of monitors and press Compare.
                </EmptyState>
              </Box>
            ) : (
              <AsyncContent query={query as typeof compared} skeleton={waiting}>
                {(comparison) => (
                  <Suspense fallback={waiting}>
                    <Chart comparison={comparison} monitors={monitors} as={as} />
                  </Suspense>
                )}
              </AsyncContent>
            )}
          </Box>
        )}
      </Section>
      {ids.length > 0 && compared.data && (
        <ComparedTable comparison={compared.data} monitors={monitors} />
      )}
    </MonitorsFrame>
  );
}

interface ChartProps {
  comparison: Model<'ComparisonRead'>;
  monitors: Monitor[];
  as: 'count' | 'percent';
}

function Chart({ comparison, monitors, as }: ChartProps) {
  const nameOf = (id: number, subject: string) => {
    const monitor = monitors.find((one) => one.id === id);
    return monitor ? subjectName(monitor) : subject;
  };
  const lines = comparison.items.map(({ monitor_id, subject, points }) => ({
    name: nameOf(monitor_id, subject),
    points,
  }));
  const { at, values } = togetherOf(lines, as);
  if (at.length === 0) {
    return (
      <Box sx={{ minHeight: HEIGHT, display: 'grid', alignContent: 'center' }}>
        <EmptyState title="Nothing was read in this range.">
          A longer one may have something.
        </EmptyState>
      </Box>
    );
  }
  return (
    <CourseChart
      label={`${metricName(comparison.metric)} of ${lines.map(({ name }) => name).join(', ')}; the table below has the numbers`}
      at={at}
      as={as}
      isJoined
      lines={lines.map(({ name }, index) => ({ name, values: values[index] ?? [] }))}
    />
  );
}
