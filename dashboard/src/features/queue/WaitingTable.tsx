import Box from '@mui/material/Box';

import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import { SimpleTable } from '@/components/SimpleTable';
import { TextLink } from '@/components/TextLink';
import { Countdown } from '@/components/Time';
import { count } from '@/lib/numbers';
import { WAITING_ABOUT, WAITING_NAMES } from '@/lib/tasks';
import type { Queue } from './reading';

/** What waits, by what it waits for, in words and until when. */
export function WaitingTable({ queue }: { queue: Queue }) {
  return (
    <Section title={`Waiting: ${count(queue.pending)}`} flush>
      {queue.waiting.length === 0 ? (
        <EmptyState title="Nothing waits." />
      ) : (
        <SimpleTable
          label="Waiting"
          rows={queue.waiting}
          rowId={(group) => group.waiting_for}
          columns={[
            {
              label: 'Waits for',
              cell: ({ waiting_for: what, why, number }) => (
                <>
                  <TextLink to={linkTo(what)}>{WAITING_NAMES[what]}</TextLink>
                  <Box
                    component="span"
                    sx={{ display: 'block', fontSize: '0.75rem', color: 'text.secondary' }}
                  >
                    {why === null ? WAITING_ABOUT[what] : number > 1 ? `For example: ${why}` : why}
                  </Box>
                </>
              ),
            },
            { label: 'Tasks', align: 'right', width: 64, cell: ({ number }) => count(number) },
            {
              label: 'Next in',
              align: 'right',
              width: 112,
              cell: ({ waiting_for: what, next_until: until }) =>
                until === null ? noEnd(what) : <Countdown until={until} over="soon" />,
            },
          ]}
        />
      )}
    </Section>
  );
}

function linkTo(what: string): string {
  // Whoever waits for its turn has nothing written down that it waits for.
  return what === 'turn' ? '/tasks?status=pending' : `/tasks?status=pending&waiting_for=${what}`;
}

function noEnd(what: string): string {
  if (what === 'turn') return 'a free place';
  if (what === 'paused') return 'until resumed';
  return what === 'person' ? 'until decided' : 'not known';
}
