import Box from '@mui/material/Box';

import { EmptyState } from '@/components/EmptyState';
import { Meter } from '@/components/Meter';
import { Section } from '@/components/Section';
import { SimpleTable } from '@/components/SimpleTable';
import { TextLink } from '@/components/TextLink';
import { Ago } from '@/components/Time';
import { count } from '@/lib/numbers';
import { typeName } from '@/lib/tasks';
import type { Queue } from './reading';

/** What is in a worker's hands: what, for how long, how far, and whose hands they are. */
export function Running({ queue }: { queue: Queue }) {
  const { running, running_tasks: shown, workers } = queue;
  const nameOf = (id: string) => {
    const worker = workers.find((one) => one.id === id || id.includes(one.id));
    return worker ? `${worker.host} ${worker.pid}` : id;
  };
  return (
    <Section
      title={`Running: ${count(running)}`}
      about={running > shown.length ? `The first ${shown.length} of them.` : undefined}
      flush
    >
      {shown.length === 0 ? (
        <EmptyState title="Nothing runs at the moment." />
      ) : (
        <SimpleTable
          label="Running"
          rows={shown}
          rowId={(task) => task.task_id}
          columns={[
            {
              label: 'Task',
              cell: (task) => (
                <TextLink to={`/tasks?open=${task.task_id}`}>{typeName(task.type)}</TextLink>
              ),
            },
            { label: 'About', cell: (task) => task.account ?? '–' },
            {
              label: 'Progress',
              width: 150,
              cell: (task) => (
                <Box sx={{ display: 'grid', gap: 0.25, minWidth: 110 }} title={task.note ?? ''}>
                  <Meter
                    label={`Progress of ${task.account ?? typeName(task.type)}`}
                    value={task.progress}
                    max={100}
                    text={`${task.progress} %`}
                  />
                  <Box component="span" sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
                    {task.note ?? `${task.progress} %`}
                  </Box>
                </Box>
              ),
            },
            { label: 'Since', width: 90, cell: (task) => <Ago at={task.start_time} none="–" /> },
            { label: 'Worker', width: 90, cell: (task) => nameOf(task.worker) },
          ]}
        />
      )}
    </Section>
  );
}
