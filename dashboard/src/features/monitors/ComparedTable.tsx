import Box from '@mui/material/Box';

import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { TextLink } from '@/components/TextLink';
import { Moment } from '@/components/Time';
import type { Model } from '@/lib/api';
import { count } from '@/lib/numbers';
import { LastRead } from './Freshness';
import { lookOf } from './look';
import type { Monitor } from './queries';
import { grown, signed, sourceName, subjectName } from './reading';

interface ComparedTableProps {
  comparison: Model<'ComparisonRead'>;
  monitors: Monitor[];
}

interface Row {
  read: Model<'ComparedRead'>;
  monitor: Monitor | undefined;
  index: number;
}

/** The lines of the chart, in numbers: where each began, where it is, and from how many readings that is known. */
export function ComparedTable({ comparison, monitors }: ComparedTableProps) {
  const rows = comparison.items.map((read, index) => ({
    read,
    monitor: monitors.find(({ id }) => id === read.monitor_id),
    index,
  }));
  return (
    <Section
      title="In numbers"
      about={
        <>
          Since <Moment at={comparison.since} precision="minute" />
        </>
      }
      flush
    >
      <SimpleTable
        label="Comparison"
        rows={rows}
        columns={COLUMNS}
        rowId={({ read }) => read.monitor_id}
      />
    </Section>
  );
}

const COLUMNS: Column<Row>[] = [
  {
    label: 'Who or what',
    cell: ({ read, monitor, index }) => (
      <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 1 }}>
        <Mark index={index} />
        <TextLink to={`/monitors/${read.monitor_id}`}>
          {monitor ? subjectName(monitor) : read.subject}
        </TextLink>
      </Box>
    ),
  },
  { label: 'First', cell: ({ read }) => count(read.first), align: 'right' },
  { label: 'Last', cell: ({ read }) => count(read.last), align: 'right' },
  {
    label: 'Change',
    cell: ({ read: { first, last } }) =>
      first === null || last === null ? '–' : signed(last - first),
    align: 'right',
  },
  {
    label: 'In percent',
    cell: ({ read: { first, last } }) =>
      first && last !== null ? grown(((last - first) / first) * 100) : '–',
    align: 'right',
  },
  { label: 'Readings (n)', cell: ({ read }) => count(read.n), align: 'right' },
  { label: 'Read', cell: ({ monitor }) => monitor && <LastRead monitor={monitor} /> },
  {
    label: 'Source',
    cell: ({ monitor }) => (monitor?.counts_source ? sourceName(monitor.counts_source) : '–'),
  },
];

/** The look of a line, beside its name. */
function Mark({ index }: { index: number }) {
  const { colour, dash } = lookOf(index);
  return (
    <svg width="18" height="8" aria-hidden>
      <line x1="0" y1="4" x2="18" y2="4" stroke={colour} strokeWidth="2.5" strokeDasharray={dash} />
    </svg>
  );
}
