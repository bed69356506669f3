import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import PlayArrow from '@mui/icons-material/PlayArrow';
import { useQuery } from '@tanstack/react-query';
import { useParams } from 'react-router';

import { AsyncContent } from '@/components/AsyncContent';
import { CopyText } from '@/components/CopyText';
import { Facts } from '@/components/Facts';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago, Countdown, Moment } from '@/components/Time';
import type { EngagementSession } from '@/lib/api';
import { useCan } from '@/lib/queries/me';
import { troubleOf } from '@/lib/trouble';
import { useStartSession } from './actions';
import { CounterTable } from './CounterTable';
import { lasted } from './lasted';
import { LimitMeters } from './Limits';
import { Processes } from './Processes';
import { Progress } from './Progress';
import { isOpen, sessionQuery, statusQuery } from './queries';
import { ReportButton } from './ReportButton';
import { Resources } from './Resources';
import { SessionEvents } from './SessionEvents';
import { StopButton } from './StopButton';

/** Each as tall as what it holds; together about as tall as one another. */
const COLUMNS = {
  display: 'grid',
  gap: 1.5,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
};
const COLUMN = { display: 'grid', gap: 1.5, minWidth: 0 };

const parent = { title: 'Sessions', to: '/sessions' };

/** One session, as it stands or as it ended. */
export function SessionPage() {
  const { id = '' } = useParams();
  const session = useQuery(sessionQuery(id));
  const start = useStartSession();
  const canStart = useCan('sessions:control');
  const row = session.data;
  return (
    <Page
      title={row?.account ?? 'Session'}
      parent={parent}
      about={<CopyText text={id} />}
      actions={
        row && (
          <>
            <ReportButton session={row} />
            <StopButton session={row} />
            {canStart && !isOpen(row.status) && (
              <Button
                variant="contained"
                startIcon={<PlayArrow />}
                loading={start.isPending}
                onClick={() => start.mutate(row)}
              >
                Start again
              </Button>
            )}
          </>
        )
      }
    >
      <AsyncContent query={session}>{(found) => <Whole session={found} />}</AsyncContent>
    </Page>
  );
}

function Whole({ session }: { session: EngagementSession }) {
  const status = useQuery(statusQuery(session.account));
  const isRunning = isOpen(session.status);
  const trouble = troubleOf(session.last_error);
  const now = status.data?.session_id === session.id ? status.data : undefined;
  return (
    <>
      {trouble?.isSkip === false && (
        <Alert severity={session.status === 'failed' ? 'error' : 'warning'}>
          Last error: {trouble.text}
        </Alert>
      )}
      <Box sx={COLUMNS}>
        <Box sx={COLUMN}>
          <Section
            title={isRunning ? 'Now' : 'How it ended'}
            actions={<StateChip state={session.status} />}
          >
            <Box sx={{ display: 'grid', gap: 1.5 }}>
              {isRunning && <Progress session={session} />}
              <About session={session} />
            </Box>
          </Section>
          {isRunning && (
            <Section title="Limits of the account" about="Used and left, in sliding windows.">
              <Box sx={{ minHeight: 180 }}>
                {now?.limits && <LimitMeters limits={now.limits} />}
              </Box>
            </Section>
          )}
        </Box>
        <Box sx={COLUMN}>
          <Section title="Counters" flush>
            <CounterTable counters={session.counters} account={session.account} />
          </Section>
          {isRunning && (
            <Section title="Processes" flush>
              <Box sx={{ minHeight: 72 }}>
                <Processes processes={now?.processes ?? []} />
              </Box>
            </Section>
          )}
          <Resources id={session.id} />
        </Box>
      </Box>
      <SessionEvents id={session.id} />
    </>
  );
}

function About({ session }: { session: EngagementSession }) {
  const isRunning = isOpen(session.status);
  const trouble = troubleOf(session.last_error);
  return (
    <Facts
      facts={{
        Account: (
          <TextLink to={`/accounts/${session.account_id}`}>
            {session.account} ({session.account_no})
          </TextLink>
        ),
        Reason: session.stop_reason ?? (isRunning ? undefined : 'not said'),
        'Asked by': session.requested_by,
        Started: <Moment at={session.started_at} none="not yet" />,
        'Last seen': isRunning ? <Ago at={session.heartbeat_at} none="not yet" /> : undefined,
        'Ends by': isRunning ? (
          <>
            <Moment at={session.ends_by} />, in <Countdown until={session.ends_by} />
          </>
        ) : undefined,
        Ended: isRunning ? undefined : <Moment at={session.ended_at} />,
        Lasted: isRunning ? undefined : lasted(session) || 'it never began',
        'Passed by last': trouble?.isSkip ? trouble.text : undefined,
        Agent: session.agent,
        Configuration: session.plan_version === null ? null : `version ${session.plan_version}`,
      }}
    />
  );
}
