import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState } from 'react';

import { Hidden } from '@/components/Hidden';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import type { Model } from '@/lib/api';
import { count, words } from '@/lib/numbers';
import { moment, useZone } from '@/lib/time';
import { HourChart } from './HourChart';
import { type Counts, STATUSES } from './statuses';

type Metrics = Model<'Metrics'>;
type Hour = Metrics['hours'][number];

function numbers<Row>(countsOf: (row: Row) => Counts, statuses = STATUSES): Column<Row>[] {
  return statuses.map(({ status, label }) => ({
    label,
    align: 'right',
    cell: (row) => <Number value={countsOf(row)[status]} />,
  }));
}

function Number({ value }: { value: number }) {
  return value === 0 ? (
    <Box component="span" sx={{ color: 'text.secondary' }}>
      0
    </Box>
  ) : (
    count(value)
  );
}

/** The last 24 hours by status: as bars, and as the table that they are drawn from. */
export function LastDay({ hours }: { hours: Hour[] }) {
  const { name: zone } = useZone();
  const [isTable, setTable] = useState(false);
  const columns: Column<Hour>[] = [
    { label: 'Hour', cell: (row) => moment(row.hour, zone, 'minute') },
    ...numbers<Hour>((row) => row),
  ];
  const table = (
    <SimpleTable
      label="The last 24 hours by status"
      rows={hours}
      columns={columns}
      rowId={(row) => row.hour}
    />
  );
  return (
    <Section
      title="The last 24 hours"
      about={`Interactions by the hour, ${zone}`}
      actions={
        <Button onClick={() => setTable(!isTable)}>{isTable ? 'As a chart' : 'As a table'}</Button>
      }
    >
      <Box sx={{ position: 'relative' }}>
        {isTable ? (
          <Box sx={{ maxHeight: 320, overflow: 'auto', mx: -2 }}>{table}</Box>
        ) : (
          <>
            <HourChart hours={hours} />
            <Hidden>{table}</Hidden>
          </>
        )}
      </Box>
    </Section>
  );
}

type ActionRow = [action: string, counts: Counts];

export function ByAction({ figures }: { figures: Metrics['last_24h'] }) {
  const rows: ActionRow[] = Object.entries(figures.by_action);
  // A column of nothing but zeros says less than it takes room for.
  const seen = STATUSES.filter(
    ({ status }) => status === 'success' || rows.some(([, counts]) => counts[status] > 0),
  );
  const columns: Column<ActionRow>[] = [
    { label: 'Action', cell: ([action]) => words(action) },
    ...numbers<ActionRow>(([, counts]) => counts, seen),
  ];
  return (
    <Section title="By action" about="The last 24 hours" flush>
      <SimpleTable
        label="The last 24 hours by action"
        rows={rows}
        columns={columns}
        rowId={([action]) => action}
      />
    </Section>
  );
}
