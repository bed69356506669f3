import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { Link as RouterLink } from 'react-router';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { useCan } from '@/lib/queries/me';
import { queueQuery } from '@/lib/queries/tasks';
import { Capacity } from './Capacity';
import { Depth } from './Depth';
import { type Queue, troubleOf } from './reading';
import { Running } from './Running';
import { WaitingTable } from './WaitingTable';
import { Workers } from './Workers';

/** What is to be done, what is being done, what waits and why, and by whom. */
export function QueuePage() {
  const queue = useQuery(queueQuery());
  return (
    <Page
      title="Queue"
      actions={
        <Button component={RouterLink} to="/tasks" variant="outlined">
          Show tasks
        </Button>
      }
    >
      <AsyncContent query={queue} skeleton={<Loading />}>
        {(found) => (
          <>
            <Depth queue={found} />
            <Trouble queue={found} />
            <Now queue={found} />
            <Capacity />
            <Workers workers={found.workers} />
          </>
        )}
      </AsyncContent>
    </Page>
  );
}

function Loading() {
  return (
    <>
      <Depth queue={undefined} />
      <RowsSkeleton rows={10} />
    </>
  );
}

/** Why nothing moves, where something should. */
function Trouble({ queue }: { queue: Queue }) {
  const trouble = troubleOf(queue);
  return trouble && <Alert severity="warning">{trouble}</Alert>;
}

function Now({ queue }: { queue: Queue }) {
  if (queue.pending + queue.running === 0) {
    return (
      <Section title="Now">
        <Box sx={{ my: -3 }}>
          <Nothing />
        </Box>
      </Section>
    );
  }
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        alignItems: 'start',
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: 'minmax(0, 1fr) minmax(0, 1fr)' },
      }}
    >
      <Running queue={queue} />
      <WaitingTable queue={queue} />
    </Box>
  );
}

function Nothing() {
  const canWrite = useCan('tasks:write');
  return (
    <EmptyState
      title="The queue is empty."
      actions={
        canWrite && (
          <>
            <Button component={RouterLink} to="/accounts?do=validate" variant="outlined">
              Validate accounts
            </Button>
            <Button component={RouterLink} to="/tasks?create=" variant="outlined">
              Create tasks
            </Button>
          </>
        )
      }
    >
      What is asked for shows here while it waits and while it runs, with the reason of each wait.
    </EmptyState>
  );
}
