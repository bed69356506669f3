import Box from '@mui/material/Box';

import { Meter } from '@/components/Meter';
import { Waiting } from '@/components/Waiting';
import type { Task } from '@/lib/api';
import { errorOf, stepsOf } from './reading';

/** A task in one line: what it waits for, how far it is, what came of it, or why it failed. */
export function Standing({ task }: { task: Task }) {
  if (task.status === 'pending') return <Waiting task={task} />;
  if (task.status === 'running') {
    return (
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, height: 1, minWidth: 0 }}>
        <Box sx={{ width: 64, flexShrink: 0 }}>
          <Meter label="Progress" value={task.progress} max={100} text={`${task.progress} %`} />
        </Box>
        <Cut text={task.note ?? `${task.progress} %`} />
      </Box>
    );
  }
  const text = task.status === 'failed' ? errorOf(task) : outcomeOf(task);
  return <Cut text={text ?? '–'} isMuted={task.status === 'completed'} />;
}

/** The message of a result, or the last word of one that came in steps. */
function outcomeOf({ result }: Task): string | null {
  const message = result?.message;
  return typeof message === 'string' ? message : (stepsOf(result).at(-1)?.message ?? null);
}

function Cut({ text, isMuted = false }: { text: string; isMuted?: boolean }) {
  return (
    <Box
      component="span"
      title={text}
      sx={{
        minWidth: 0,
        overflow: 'hidden',
        textOverflow: 'ellipsis',
        whiteSpace: 'nowrap',
        color: isMuted ? 'text.secondary' : undefined,
      }}
    >
      {text}
    </Box>
  );
}
