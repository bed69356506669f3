import TextField from '@mui/material/TextField';
import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query';
import { useDeferredValue, useState } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { Section } from '@/components/Section';
import { SimpleTable, tableHeight } from '@/components/SimpleTable';
import { Countdown } from '@/components/Time';
import { api, data, type Model } from '@/lib/api';
import { count, plural } from '@/lib/numbers';
import { typeName } from '@/lib/tasks';
import { duration } from '@/lib/time';

const capacityQuery = (batch: number) =>
  queryOptions({
    queryKey: ['queue', 'capacity', batch],
    queryFn: ({ signal }) =>
      data(api.GET('/api/queue/capacity', { params: { query: { batch } }, signal })),
    placeholderData: keepPreviousData,
    // It changes with the time, too: budgets free themselves.
    refetchInterval: 15_000,
  });

type Operation = Model<'OperationCapacity'>;
const MOST = 1000;

/** Per kind of work: what can begin now, when the next can, and how long a batch would take. */
export function Capacity() {
  const [text, setText] = useState('100');
  const size = sizeOf(useDeferredValue(text));
  const capacity = useQuery(capacityQuery(size ?? 100));
  return (
    <Section
      title="Capacity"
      about="What limits, accounts and workers allow."
      flush
      actions={
        <TextField
          label="A batch of"
          value={text}
          error={size === null}
          onChange={(event) => setText(event.target.value)}
          sx={{ width: 110 }}
          slotProps={{
            htmlInput: { inputMode: 'numeric', 'aria-description': `1 to ${MOST} tasks` },
          }}
        />
      }
    >
      <AsyncContent query={capacity} skeleton={<div style={{ height: tableHeight(4) }} />}>
        {({ operations }) => (
          <SimpleTable
            label="Capacity"
            rows={operations}
            rowId={({ operation }) => operation}
            columns={[
              { label: 'Operation', cell: ({ operation }) => typeName(operation) },
              {
                label: 'Limited by',
                cell: ({ accounts }) =>
                  accounts === null ? 'places of workers' : plural(accounts, 'fit account'),
              },
              {
                label: 'Waiting',
                align: 'right',
                width: 80,
                cell: ({ pending }) => count(pending),
              },
              {
                label: 'Free now',
                align: 'right',
                width: 90,
                cell: ({ free_now: free }) => count(free),
              },
              { label: 'Next free', align: 'right', width: 110, cell: (row) => <Next row={row} /> },
              {
                label: 'Batch done in',
                align: 'right',
                width: 170,
                cell: (row) => (size === null ? `1 to ${count(MOST)}` : timeFor(row)),
              },
            ]}
          />
        )}
      </AsyncContent>
    </Section>
  );
}

function Next({ row }: { row: Operation }) {
  if (row.free_now > 0) return 'now';
  if (row.next_free_at === null) return row.accounts === 0 ? '–' : 'not known';
  return <Countdown until={row.next_free_at} />;
}

function timeFor({ seconds_until_done: seconds, accounts }: Operation): string {
  if (seconds !== null) return `about ${duration(seconds)}`;
  return accounts === 0 ? 'never: no fit account' : 'never: no worker';
}

/** A whole number that a batch may have, or null. */
export function sizeOf(text: string): number | null {
  const value = Number(text.trim());
  return text.trim() !== '' && Number.isInteger(value) && value >= 1 && value <= MOST
    ? value
    : null;
}
