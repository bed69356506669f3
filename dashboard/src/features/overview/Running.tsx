import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';

import { AsyncContent } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { listStyle } from '@/components/listStyle';
import { Meter } from '@/components/Meter';
import { Section } from '@/components/Section';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Countdown } from '@/components/Time';
import type { EngagementSession } from '@/lib/api';
import { count, plural } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { runningQuery } from './queries';

const SHOWN = 8;

/** The sessions at work, each with how far it is and what it has done. */
export function Running() {
  const running = useQuery(runningQuery());
  const canStart = useCan('sessions:control');
  const total = running.data?.total ?? running.data?.items.length ?? 0;
  return (
    <Section
      title="What runs"
      about={total > 0 ? plural(total, 'session') : undefined}
      actions={
        <TextLink to="/sessions" variant="body2">
          All sessions
        </TextLink>
      }
      flush
    >
      <AsyncContent
        query={running}
        rows={3}
        isEmpty={(page) => page.items.length === 0}
        empty={
          <EmptyState
            title="No session runs"
            actions={
              canStart && (
                <Button component={Link} to="/sessions" variant="outlined">
                  Start a session
                </Button>
              )
            }
          >
            A session lets one account work through its plan, within its limits.
          </EmptyState>
        }
      >
        {({ items }) => (
          <Box component="ul" aria-label="Running sessions" sx={listStyle}>
            {items.slice(0, SHOWN).map((session) => (
              <Row key={session.id} session={session} />
            ))}
            {total > SHOWN && (
              <Box component="li" sx={{ px: 2, py: 1, fontSize: '0.8125rem' }}>
                <TextLink to="/sessions?status=running">{count(total - SHOWN)} more</TextLink>
              </Box>
            )}
          </Box>
        )}
      </AsyncContent>
    </Section>
  );
}

function Row({ session }: { session: EngagementSession }) {
  const { account, status, progress, current_job: job, current_target: target } = session;
  const doing = [job, target && `@${target}`].filter(Boolean).join(' · ');
  return (
    <Box
      component="li"
      sx={{ px: 2, py: 1.25, display: 'grid', gap: 0.75, gridTemplateColumns: 'minmax(0, 1fr)' }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minWidth: 0 }}>
        <TextLink
          to={`/sessions/${session.id}`}
          noWrap
          title={account}
          sx={{ fontWeight: 550, fontSize: '0.8125rem' }}
        >
          {account}
        </TextLink>
        <StateChip state={status} />
        <Box
          sx={{
            ml: 'auto',
            display: { xs: 'none', sm: 'block' },
            whiteSpace: 'nowrap',
            fontSize: '0.75rem',
            color: 'text.secondary',
          }}
        >
          {session.ends_by && status !== 'stopping' && (
            <>
              ends within <Countdown until={session.ends_by} />
            </>
          )}
        </Box>
      </Box>
      <Meter label={`Progress of ${account}`} value={progress} max={100} text={`${progress} %`} />
      <Box
        sx={{
          display: 'flex',
          justifyContent: 'space-between',
          flexWrap: 'wrap',
          columnGap: 2,
          fontSize: '0.75rem',
          color: 'text.secondary',
        }}
      >
        <Box component="span" title={doing} sx={{ ...oneLine, minWidth: 0 }}>
          {doing || (status === 'starting' ? 'on its way' : 'between two steps')}
        </Box>
        <Box component="span" sx={{ whiteSpace: 'nowrap', color: 'text.primary' }}>
          {doneSoFar(session.counters)}
        </Box>
      </Box>
    </Box>
  );
}

/** `4 likes · 1 follow`: what succeeded, the most first. */
export function doneSoFar(counters: EngagementSession['counters']): string {
  const done = Object.entries(counters)
    .map(([action, counts]): [string, number] => [action, counts.success ?? 0])
    .filter(([, successes]) => successes > 0)
    .sort((one, other) => other[1] - one[1]);
  return done.map(([action, successes]) => plural(successes, action)).join(' · ') || 'nothing yet';
}

const oneLine = { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' } as const;
