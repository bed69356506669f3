import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import Select from '@mui/material/Select';
import Skeleton from '@mui/material/Skeleton';
import { useQuery } from '@tanstack/react-query';
import { parseAsString, useQueryState } from 'nuqs';
import { lazy, Suspense } from 'react';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import { plural } from '@/lib/numbers';
import { useNow } from '@/lib/time';
import { type Course, dotsOf } from './course';
import { HistoryTable } from './HistoryTable';
import { type Monitor, readingsQuery, rollupsQuery } from './queries';
import { RangePicker } from './RangePicker';
import {
  intervalName,
  type Metric,
  metricName,
  metricOf,
  METRICS,
  resolutionOf,
  subjectName,
} from './reading';
import { SaveMenu } from './SaveMenu';
import { secondsOf, usualRange, useSpan } from './span';

const CourseChart = lazy(() => import('./CourseChart'));
const HEIGHT = 280;
const waiting = <Skeleton variant="rounded" height={HEIGHT} />;

/** What was read of one subject over a stretch of time: as a chart, and below it the same as a table. */
export function History({ monitor }: { monitor: Monitor }) {
  const [wanted, setMetric] = useQueryState('metric', parseAsString);
  const metric = metricOf(monitor.kind, wanted);
  const state = useSpan(usualRange(monitor.interval_seconds));
  const now = useMinute();
  const seconds = secondsOf(state.span, monitor.created_at, now);
  const by = resolutionOf(seconds, monitor.interval_seconds);
  const readings = useQuery({
    ...readingsQuery(monitor.id, state.span),
    enabled: by === 'reading',
  });
  const rollups = useQuery({
    ...rollupsQuery(monitor.id, state.span, by === 'day' ? 'day' : 'hour', metric),
    enabled: by !== 'reading',
  });
  const query = by === 'reading' ? readings : rollups;
  return (
    <>
      <Section
        title="History"
        about={query.data ? aboutOf(query.data) : ' '}
        actions={
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
            <Select
              size="small"
              value={metric}
              onChange={(event) => void setMetric(event.target.value)}
              inputProps={{ 'aria-label': 'Which count' }}
              sx={{ minWidth: 124 }}
            >
              {METRICS[monitor.kind].map((one) => (
                <MenuItem key={one} value={one}>
                  {metricName(one)}
                </MenuItem>
              ))}
            </Select>
            <RangePicker state={state} />
            <SaveMenu monitor={monitor} metric={metric} span={state.span} />
          </Box>
        }
      >
        <AsyncContent
          query={query}
          skeleton={waiting}
          isEmpty={(course) => course.points.length === 0}
          empty={<Nothing monitor={monitor} />}
        >
          {(course) => (
            <Suspense fallback={waiting}>
              <Chart monitor={monitor} metric={metric} course={course} />
            </Suspense>
          )}
        </AsyncContent>
      </Section>
      <Section title="Readings" about="The same as in the chart, the newest first." flush>
        <AsyncContent
          query={query}
          skeleton={<RowsSkeleton rows={8} />}
          isEmpty={(course) => course.points.length === 0}
          empty={<EmptyState title="No numbers in this range." />}
        >
          {(course) => <HistoryTable kind={monitor.kind} metric={metric} course={course} />}
        </AsyncContent>
      </Section>
    </>
  );
}

interface ChartProps {
  monitor: Monitor;
  metric: Metric;
  course: Course;
}

function Chart({ monitor, metric, course }: ChartProps) {
  const dots = dotsOf(course, metric, monitor.interval_seconds);
  if (dots.every(({ value }) => value === null)) {
    return (
      <Box sx={{ height: HEIGHT, display: 'grid', alignContent: 'center' }}>
        <EmptyState title={`The source does not tell ${metricName(metric).toLowerCase()}.`}>
          What is not told is not known; it is not 0.
        </EmptyState>
      </Box>
    );
  }
  return (
    <CourseChart
      label={`${metricName(metric)} of ${subjectName(monitor)}; the table below has the numbers`}
      at={dots.map(({ at }) => at)}
      lines={[{ name: metricName(metric), values: dots.map(({ value }) => value) }]}
    />
  );
}

function Nothing({ monitor }: { monitor: Monitor }) {
  return (
    <Box sx={{ minHeight: HEIGHT, display: 'grid', alignContent: 'center' }}>
      {monitor.last_success_at === null ? (
        <EmptyState title="Nothing was read yet.">
          {monitor.last_error?.message ??
            `It is read ${intervalName(monitor.interval_seconds).toLowerCase()}; the first time within seconds.`}
        </EmptyState>
      ) : (
        <EmptyState title="Nothing was read in this range.">
          A longer one may have something.
        </EmptyState>
      )}
    </Box>
  );
}

function aboutOf({ by, points, isCut }: Course): string {
  const number = points.length;
  if (by !== 'reading') return `The last value of each ${by}, ${plural(number, by)}.`;
  return `${plural(number, 'reading')}${isCut ? ', the newest of more' : ''}. A gap is where none succeeded.`;
}

/** Now, to the minute: what is drawn need not be laid out each second. */
function useMinute(): number {
  return Math.floor(useNow() / 60_000) * 60_000;
}
