import Box from '@mui/material/Box';

import { Figure } from '@/components/Figure';
import { Ago } from '@/components/Time';
import { count, plural } from '@/lib/numbers';
import { PRIORITIES, priorityName } from '@/lib/tasks';
import { placesOf, type Queue } from './reading';

const ABOUT = ['validations, recovery', 'profiles, follows', 'look-ups', 'all in batches'];

/** How much waits at each priority, how much runs, and how much has ended lately. */
export function Depth({ queue }: { queue: Queue | undefined }) {
  const places = queue && placesOf(queue.workers).places;
  return (
    <Box
      component="section"
      aria-label="Depth"
      sx={{
        display: 'grid',
        gap: 1.5,
        gridTemplateColumns: {
          xs: 'repeat(2, minmax(0, 1fr))',
          sm: 'repeat(3, minmax(0, 1fr))',
          lg: 'repeat(6, minmax(0, 1fr))',
        },
      }}
    >
      {PRIORITIES.map((priority) => (
        <Figure
          key={priority}
          label={`Waiting, ${priorityName(priority).toLowerCase()}`}
          value={queue && count(queue.depth[String(priority)] ?? 0)}
          note={ABOUT[priority - 1]}
        />
      ))}
      <Figure
        label="Running"
        value={queue && count(queue.running)}
        note={places !== undefined && `of ${plural(places, 'place')}`}
      />
      <Figure
        label="Ended in the last hour"
        value={queue && count(queue.completed_last_hour + queue.failed_last_hour)}
        note={queue && lately(queue)}
      />
    </Box>
  );
}

function lately(queue: Queue) {
  if (queue.oldest_due_at !== null && queue.running === 0) {
    return (
      <>
        oldest due <Ago at={queue.oldest_due_at} />
      </>
    );
  }
  const minute = queue.completed_last_minute + queue.failed_last_minute;
  const failed = queue.failed_last_hour > 0 ? `${count(queue.failed_last_hour)} failed, ` : '';
  return `${failed}${count(minute)} in a minute`;
}
