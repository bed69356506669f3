import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Facts } from '@/components/Facts';
import { JsonView } from '@/components/JsonView';
import { StateChip } from '@/components/StateChip';
import { Countdown, Moment } from '@/components/Time';
import { plural, words } from '@/lib/numbers';
import { AttemptActions } from './AttemptActions';
import { type Attempt, attemptQuery } from './queries';

/** What became of an attempt, and what has looked for it. */
export function AttemptPart({ id }: { id: string }) {
  const attempt = useQuery(attemptQuery(id));
  return (
    <section aria-label="Attempt">
      <Typography variant="h3" component="h3" sx={{ mb: 0.5 }}>
        The attempt
      </Typography>
      <AsyncContent query={attempt} rows={4}>
        {(found) => (
          <Box sx={{ display: 'grid', gap: 1.5 }}>
            <AttemptFacts attempt={found} />
            {found.state === 'unknown' && <AttemptActions attempt={found} />}
          </Box>
        )}
      </AsyncContent>
    </section>
  );
}

export function AttemptFacts({ attempt }: { attempt: Attempt }) {
  return (
    <>
      <Facts
        facts={{
          Outcome: <StateChip state={attempt.state} />,
          Began: <Moment at={attempt.started_at} />,
          Settled: attempt.settled_at ? (
            <>
              <Moment at={attempt.settled_at} />
              {attempt.settled_by && `, by ${words(attempt.settled_by).toLowerCase()}`}
            </>
          ) : undefined,
          Failure: attempt.failure
            ? `${words(attempt.failure)}${attempt.phase ? `, ${words(attempt.phase).toLowerCase()}` : ''}`
            : undefined,
          Probes: attempt.probes > 0 ? plural(attempt.probes, 'look', 'looks') : undefined,
          'Next probe': attempt.next_probe_at ? (
            <Countdown until={attempt.next_probe_at} />
          ) : undefined,
          'Person held until': attempt.held_until ? <Moment at={attempt.held_until} /> : undefined,
          Object: attempt.object_id ?? undefined,
          Id: attempt.id,
        }}
      />
      {attempt.evidence && <JsonView value={attempt.evidence} maxHeight={200} />}
    </>
  );
}
