import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { DetailDrawer } from '@/components/DetailDrawer';
import { EmptyState } from '@/components/EmptyState';
import { Facts } from '@/components/Facts';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Moment } from '@/components/Time';
import type { Interaction } from '@/lib/api';
import { words } from '@/lib/numbers';
import { AttemptPart } from './AttemptPart';
import { type Trace, whyQuery } from './queries';
import { ruleName } from './rules';
import { RuleList } from './RuleList';
import { traceOf } from './traceOf';

interface WhyDrawerProps {
  event: Interaction | undefined;
  isOpen: boolean;
  onClose: () => void;
}

/** Why something was done or left: the rules that decided, and what became of the attempt. */
export function WhyDrawer({ event, isOpen, onClose }: WhyDrawerProps) {
  return (
    <DetailDrawer
      open={isOpen}
      onClose={onClose}
      width={560}
      title={event ? `${words(event.action)} of @${event.target_username}` : 'Not on this page'}
      about={
        event && (
          <>
            <StateChip state={event.status} /> <Moment at={event.ts} />
          </>
        )
      }
    >
      {event ? (
        <Content event={event} />
      ) : (
        <EmptyState title="This event is not on this page of the log.">
          Newer ones may have pushed it to the next page.
        </EmptyState>
      )}
    </DetailDrawer>
  );
}

function Content({ event }: { event: Interaction }) {
  const source = event.metadata?.source;
  const message = event.metadata?.message;
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <Facts
        facts={{
          Account: event.account_id ? (
            <TextLink to={`/accounts/${event.account_id}`}>{event.account}</TextLink>
          ) : (
            'the installation itself'
          ),
          Reason: event.reason ? ruleName(event.reason) : undefined,
          Said: typeof message === 'string' ? message : undefined,
          Source: typeof source === 'string' ? source : undefined,
          Session: event.session_id ? (
            <TextLink to={`/sessions/${event.session_id}`}>{event.session_id}</TextLink>
          ) : undefined,
          Took: event.latency_ms === null ? undefined : `${event.latency_ms} ms`,
        }}
      />
      {event.account_id === null ? (
        <Typography variant="body2">Written down by hand: no rule was asked.</Typography>
      ) : (
        <Decisions event={event} accountId={event.account_id} />
      )}
    </Box>
  );
}

function Decisions({ event, accountId }: { event: Interaction; accountId: number }) {
  const why = useQuery(whyQuery(accountId, event.target_username));
  return (
    <AsyncContent
      query={why}
      rows={10}
      isEmpty={(found) => found.items.length === 0}
      empty="The decision is no longer kept, or nobody decided: it was written down by hand."
    >
      {(found) => {
        const trace = traceOf(event, found.items);
        const others = found.items.filter((one) => one !== trace);
        return (
          <Box sx={{ display: 'grid', gap: 2 }}>
            {trace && (
              <section aria-label="Decision">
                <Title>{verdictOf(trace)}</Title>
                <RuleList rules={trace.rules} />
              </section>
            )}
            {trace?.attempt_id && <AttemptPart id={trace.attempt_id} />}
            {others.length > 0 && (
              <section aria-label="Other decisions">
                <Title>Other decisions about @{event.target_username}</Title>
                {others.map((other) => (
                  <Other key={other.id} trace={other} />
                ))}
              </section>
            )}
          </Box>
        );
      }}
    </AsyncContent>
  );
}

function Other({ trace }: { trace: Trace }) {
  return (
    <Box component="details" sx={{ borderTop: 1, borderColor: 'divider', py: 0.75 }}>
      <Box component="summary" sx={{ cursor: 'pointer', fontSize: '0.8125rem' }}>
        <Moment at={trace.at} /> {trace.action ? words(trace.action) : 'The person as a whole'}:{' '}
        {verdictOf(trace)}
      </Box>
      <RuleList rules={trace.rules} />
    </Box>
  );
}

function Title({ children }: { children: React.ReactNode }) {
  return (
    <Typography variant="h3" component="h3" sx={{ mb: 0.5 }}>
      {children}
    </Typography>
  );
}

function verdictOf({ verdict, rule }: Trace): string {
  if (verdict === 'engaged') return 'Every rule let it pass';
  return `${words(verdict)}: ${ruleName(rule)}`;
}
