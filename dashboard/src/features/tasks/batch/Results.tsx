import Box from '@mui/material/Box';
import { useQuery } from '@tanstack/react-query';
import { parseAsString, useQueryState } from 'nuqs';

import { AsyncContent } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { STATES } from '@/components/states';
import { TextLink } from '@/components/TextLink';
import type { Batch, Task } from '@/lib/api';
import { count, words } from '@/lib/numbers';
import { tasksQuery } from '../queries';
import { resultColumns, subjectOf } from '../reading';
import { Standing } from '../Standing';
import { TaskDrawer } from '../TaskDrawer';

const SHOWN = 20;

/** A look at the tasks of the batch with what came of them; all of it is in the file. */
export function Results({ batch }: { batch: Batch }) {
  const [open, setOpen] = useQueryState('open', parseAsString.withOptions({ history: 'push' }));
  const { completed } = batch.counts;
  // Of many, those are shown of which something came.
  const isCut = batch.size > SHOWN && completed > 0;
  const tasks = useQuery(
    tasksQuery({ batch_id: batch.id, limit: SHOWN, ...(isCut && { status: ['completed'] }) }),
  );
  return (
    <Section
      title="Results"
      about={aboutOf(batch)}
      flush
      actions={
        <TextLink to={`/tasks?batch_id=${batch.id}`} variant="body2">
          All tasks of it
        </TextLink>
      }
    >
      <AsyncContent
        query={tasks}
        rows={Math.min(batch.size, SHOWN)}
        isEmpty={({ items }) => items.length === 0}
        empty={<EmptyState title="Its tasks are no longer kept." />}
      >
        {({ items }) => (
          <SimpleTable
            label="Results"
            rows={[...items].sort((one, other) => (one.position ?? 0) - (other.position ?? 0))}
            rowId={({ id }) => id}
            columns={columnsFor(items, (id) => void setOpen(id))}
          />
        )}
      </AsyncContent>
      <TaskDrawer
        id={open}
        known={tasks.data?.items.find(({ id }) => id === open)}
        onClose={() => void setOpen(null)}
      />
    </Section>
  );
}

function aboutOf({ size, counts: { completed } }: Batch): string | undefined {
  if (size <= SHOWN) return undefined;
  const which = completed > 0 ? `${count(completed)} that are completed` : count(size);
  return `The last ${Math.min(SHOWN, completed || size)} of ${which}; the export has all of them.`;
}

function columnsFor(tasks: Task[], onOpen: (id: string) => void): Column<Task>[] {
  return [
    { label: 'No.', align: 'right', width: 56, cell: ({ position }) => count((position ?? 0) + 1) },
    {
      label: 'About',
      width: 180,
      cell: (task) => (
        <TextLink
          to={`?open=${task.id}`}
          onClick={(event) => {
            event.preventDefault();
            onOpen(task.id);
          }}
          sx={{ color: 'text.primary', fontWeight: 550, whiteSpace: 'nowrap' }}
        >
          {subjectOf(task)}
        </TextLink>
      ),
    },
    { label: 'Status', width: 116, cell: ({ status }) => <StateChip state={status} /> },
    ...resultColumns(tasks).map((name) => ({
      label: words(name),
      cell: ({ result }: Task) => <Value value={result?.[name]} />,
    })),
    {
      label: 'What came of it',
      cell: (task) => (
        <Box sx={{ display: 'flex', maxWidth: 380, minWidth: 160 }}>
          <Standing task={task} />
        </Box>
      ),
    },
  ];
}

function Value({ value }: { value: unknown }) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'boolean') return value ? 'Yes' : 'No';
  if (typeof value === 'number') return count(value);
  const text = String(value);
  return text in STATES ? <StateChip state={text} /> : text;
}
