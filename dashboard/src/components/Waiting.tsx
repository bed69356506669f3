import Box from '@mui/material/Box';

import type { Task } from '@/lib/api';
import { WAITING_ABOUT, WAITING_NAMES } from '@/lib/tasks';
import { Countdown } from './Time';

type Waits = Pick<Task, 'waiting_for' | 'waiting_until' | 'waiting_why'>;

/** What a task waits for, in one line: the words, and a countdown where an end is known. */
export function Waiting({ task }: { task: Waits }) {
  const what = task.waiting_for ?? 'turn';
  return (
    <Box
      component="span"
      title={task.waiting_why ?? WAITING_ABOUT[what]}
      sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
    >
      {task.waiting_until !== null && what !== 'turn' && (
        <>
          <Countdown until={task.waiting_until} over="soon" /> ·{' '}
        </>
      )}
      {what === 'turn' ? 'Waits for its turn' : (task.waiting_why ?? WAITING_NAMES[what])}
    </Box>
  );
}
