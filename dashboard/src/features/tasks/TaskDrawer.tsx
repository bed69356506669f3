import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { CopyText } from '@/components/CopyText';
import { DetailDrawer } from '@/components/DetailDrawer';
import { Facts } from '@/components/Facts';
import { JsonView } from '@/components/JsonView';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Countdown, Moment } from '@/components/Time';
import type { Task } from '@/lib/api';
import { count, words } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { priorityName, typeName, WAITING_ABOUT, WAITING_NAMES } from '@/lib/tasks';
import { duration } from '@/lib/time';
import { useCancelTask, useRetryTask } from './actions';
import { taskQuery } from './queries';
import { errorOf, stepsOf, subjectOf } from './reading';

interface TaskDrawerProps {
  id: string | null;
  /** What the list has of it already. */
  known: Task | undefined;
  onClose: () => void;
}

/** One task: what it is, how it stands, and what came of it. */
export function TaskDrawer({ id, known, onClose }: TaskDrawerProps) {
  const query = useQuery({
    ...taskQuery(id ?? ''),
    enabled: id !== null,
    placeholderData: known,
  });
  const task = query.data;
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      title={task ? typeName(task.type) : 'Task'}
      about={task && subjectOf(task)}
      actions={task && <Actions task={task} />}
    >
      <AsyncContent query={query}>{(found) => <Detail task={found} />}</AsyncContent>
    </DetailDrawer>
  );
}

function Detail({ task }: { task: Task }) {
  const error = task.status === 'failed' ? task.error : null;
  const { result, params } = task;
  return (
    <Box sx={{ display: 'grid', gap: 2.5 }}>
      <Facts
        facts={{
          Status: <StateChip state={task.status} />,
          ...(task.status === 'pending' ? waitingFacts(task) : {}),
          Progress:
            task.status === 'running'
              ? `${task.progress} %${task.note ? `: ${task.note}` : ''}`
              : undefined,
          'Why it failed': task.status === 'failed' ? (errorOf(task) ?? '–') : undefined,
          'Kind of failure': typeof error?.class === 'string' ? words(error.class) : undefined,
          'Said by': typeof error?.source === 'string' ? words(error.source) : undefined,
          Account:
            task.account_id === null ? undefined : (
              <TextLink to={`/accounts/${task.account_id}`}>{task.account}</TextLink>
            ),
          'Looked up by':
            task.worker_account_id === null ? undefined : (
              <TextLink to={`/accounts/${task.worker_account_id}`}>{task.worker_account}</TextLink>
            ),
          Priority: priorityName(task.priority),
          Batch:
            task.batch_id === null ? (
              'None: it stands alone'
            ) : (
              <TextLink to={`/tasks/batches/${task.batch_id}`}>Open the batch</TextLink>
            ),
          'Place in it':
            task.batch_id === null
              ? undefined
              : `Number ${count((task.position ?? 0) + 1)}, chunk ${count((task.chunk ?? 0) + 1)}`,
          'Asked for': (
            <>
              <Moment at={task.created_at} /> by {task.requested_by}
            </>
          ),
          Began: task.metrics.start_time ? <Moment at={task.metrics.start_time} /> : undefined,
          Ended: task.metrics.end_time ? <Moment at={task.metrics.end_time} /> : undefined,
          Took: task.metrics.duration === null ? undefined : duration(task.metrics.duration),
          Attempts: count(task.attempts),
          Id: <CopyText text={task.id} />,
        }}
      />
      {stepsOf(result).length > 0 && (
        <Part title="Steps">
          <Steps task={task} />
        </Part>
      )}
      {result !== null && (
        <Part title="Result">
          <JsonView value={result} maxHeight={260} />
        </Part>
      )}
      {Object.keys(params).length > 0 && (
        <Part title="Parameters">
          <JsonView value={params} maxHeight={180} />
        </Part>
      )}
    </Box>
  );
}

function waitingFacts(task: Task): Record<string, ReactNode> {
  const what = task.waiting_for ?? 'turn';
  return {
    'Waits for': WAITING_NAMES[what],
    Why: task.waiting_why ?? WAITING_ABOUT[what],
    Until: task.waiting_until ? (
      <>
        <Countdown until={task.waiting_until} over="any moment" />, at{' '}
        <Moment at={task.waiting_until} />
      </>
    ) : undefined,
  };
}

function Steps({ task }: { task: Task }) {
  return (
    <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 0.75 }}>
      {stepsOf(task.result).map(({ name, ok, message }) => (
        <Box
          component="li"
          key={name}
          sx={{ display: 'grid', gridTemplateColumns: '132px 1fr', gap: 1, fontSize: '0.8125rem' }}
        >
          <span>
            <StateChip state={ok ? 'ok' : 'error'} label={words(name)} />
          </span>
          <Box component="span" sx={{ alignSelf: 'center', overflowWrap: 'anywhere' }}>
            {message}
          </Box>
        </Box>
      ))}
    </Box>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section>
      <Typography variant="h3" sx={{ mb: 1 }}>
        {title}
      </Typography>
      {children}
    </section>
  );
}

function Actions({ task }: { task: Task }) {
  const cancel = useCancelTask();
  const retry = useRetryTask();
  if (!useCan('tasks:write') || task.status === 'completed') return null;
  return task.status === 'failed' ? (
    <Button variant="contained" loading={retry.isPending} onClick={() => retry.mutate(task)}>
      Retry task
    </Button>
  ) : (
    <Button variant="outlined" loading={cancel.isPending} onClick={() => cancel.mutate(task)}>
      Cancel task
    </Button>
  );
}
