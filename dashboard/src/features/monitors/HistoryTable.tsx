import Box from '@mui/material/Box';
import IconButton from '@mui/material/IconButton';
import ChevronLeft from '@mui/icons-material/ChevronLeft';
import ChevronRight from '@mui/icons-material/ChevronRight';
import Typography from '@mui/material/Typography';
import { useState } from 'react';

import { type Column, SimpleTable } from '@/components/SimpleTable';
import { Moment } from '@/components/Time';
import { count } from '@/lib/numbers';
import { changesOf, type Course, type Point } from './course';
import { type Kind, type Metric, metricName, METRICS, signed, sourceName } from './reading';

interface HistoryTableProps {
  kind: Kind;
  metric: Metric;
  course: Course;
}

interface Row extends Point {
  change: number | null;
}

const ON_PAGE = 25;

/** What the chart shows, in numbers, the newest first. */
export function HistoryTable({ kind, metric, course }: HistoryTableProps) {
  const [page, setPage] = useState(0);
  const changes = changesOf(course.points, metric);
  const rows = course.points
    .map((point, index): Row => ({ ...point, change: changes[index] ?? null }))
    .reverse();
  const last = Math.max(0, Math.ceil(rows.length / ON_PAGE) - 1);
  // The range may have become shorter since.
  const at = Math.min(page, last);
  const shown = rows.slice(at * ON_PAGE, (at + 1) * ON_PAGE);
  return (
    <>
      <SimpleTable
        label="Readings"
        rows={shown}
        columns={course.by === 'reading' ? readings(kind, metric) : rolled(metric, course.by)}
        rowId={(row) => row.at}
      />
      {last > 0 && (
        <Box
          sx={{ display: 'flex', alignItems: 'center', justifyContent: 'flex-end', px: 1, py: 0.5 }}
        >
          <Typography variant="body2" color="textSecondary" aria-live="polite" sx={{ mr: 1 }}>
            {count(at * ON_PAGE + 1)}–{count(at * ON_PAGE + shown.length)} of {count(rows.length)}
          </Typography>
          <IconButton aria-label="Newer" disabled={at === 0} onClick={() => setPage(at - 1)}>
            <ChevronLeft />
          </IconButton>
          <IconButton aria-label="Older" disabled={at === last} onClick={() => setPage(at + 1)}>
            <ChevronRight />
          </IconButton>
        </Box>
      )}
    </>
  );
}

const change = (metric: Metric): Column<Row> => ({
  label: `Change of ${metricName(metric).toLowerCase()}`,
  cell: (row) => (row.change === null ? '–' : signed(row.change)),
  align: 'right',
});

function readings(kind: Kind, metric: Metric): Column<Row>[] {
  return [
    { label: 'Read', cell: (row) => <Moment at={row.at} />, width: 170 },
    ...METRICS[kind].map((one: Metric) => ({
      label: metricName(one),
      cell: (row: Row) => count(row.counts[one]),
      align: 'right' as const,
    })),
    change(metric),
    { label: 'Source', cell: (row) => (row.source === null ? '–' : sourceName(row.source)) },
  ];
}

function rolled(metric: Metric, by: 'hour' | 'day'): Column<Row>[] {
  return [
    {
      label: by === 'hour' ? 'Hour from' : 'Day (UTC) from',
      cell: (row) => <Moment at={row.at} precision="minute" />,
      width: 170,
    },
    { label: 'Lowest', cell: (row) => count(row.low), align: 'right' },
    { label: 'Highest', cell: (row) => count(row.high), align: 'right' },
    { label: 'Last', cell: (row) => count(row.counts[metric]), align: 'right' },
    change(metric),
    { label: 'Readings (n)', cell: (row) => count(row.n), align: 'right' },
  ];
}
