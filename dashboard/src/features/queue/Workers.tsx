import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import { SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { Ago, Moment } from '@/components/Time';
import { count } from '@/lib/numbers';
import { typeName } from '@/lib/tasks';
import { placesOf, type Worker } from './reading';

/** Who takes tasks, and when each was last heard of. */
export function Workers({ workers }: { workers: Worker[] }) {
  const { places, busy } = placesOf(workers);
  return (
    <Section title="Workers" about={`${count(busy)} of ${count(places)} places are taken.`} flush>
      {workers.length === 0 ? (
        <EmptyState title="No worker has ever started here.">
          <code>retinue up</code> brings one; <code>retinue worker</code> starts another.
        </EmptyState>
      ) : (
        <SimpleTable
          label="Workers"
          rows={workers}
          rowId={({ id }) => id}
          columns={[
            { label: 'Worker', cell: ({ host, pid }) => `${host}, process ${pid}` },
            {
              label: 'State',
              width: 100,
              cell: ({ is_lost: isLost }) =>
                isLost ? <StateChip state="lost" /> : <StateChip state="ok" label="Alive" />,
            },
            { label: 'Heartbeat', width: 100, cell: ({ beat_at: at }) => <Ago at={at} /> },
            {
              label: 'Busy',
              align: 'right',
              width: 90,
              cell: (worker) => `${count(worker.busy)} of ${count(worker.places)}`,
            },
            { label: 'Runs', cell: ({ types }) => types.map(typeName).join(', ') },
            { label: 'Since', width: 160, cell: ({ started_at: at }) => <Moment at={at} /> },
          ]}
        />
      )}
    </Section>
  );
}
