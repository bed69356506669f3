import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { type PropsWithChildren, useState } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { CopyText } from '@/components/CopyText';
import { Facts } from '@/components/Facts';
import { Section } from '@/components/Section';
import { StateChip } from '@/components/StateChip';
import { Ago, Countdown, Moment } from '@/components/Time';
import type { Account, AccountState } from '@/lib/api';
import { count, words } from '@/lib/numbers';
import { proxiesQuery } from '../queries';
import { Credentials } from './Credentials';
import { EditDialog } from './EditDialog';
import { Forecast } from './Forecast';
import { standingQuery } from './queries';

export function Overview({ account, canWrite }: { account: Account; canWrite: boolean }) {
  const standing = useQuery(standingQuery(account.id));
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1.5,
        gridTemplateColumns: { md: '1fr 1fr' },
        alignItems: 'start',
      }}
    >
      <Stack>
        <Section title="State">
          <Facts
            facts={{
              Lifecycle: <StateChip state={account.lifecycle} />,
              Health: <StateChip state={account.health} />,
              ...evidenceFacts(account),
              Paused: account.paused ? (
                <>
                  <StateChip state="paused" /> <Ago at={account.paused_at} />:{' '}
                  {account.pause_reason}
                </>
              ) : (
                'No'
              ),
              Validation: <StateChip state={account.validation_status} />,
              Validated: <Moment at={account.last_validated_at} none="never" />,
            }}
          />
        </Section>
        {account.lifecycle !== 'retired' && <Forecast accountId={account.id} />}
        <Credentials account={account} />
      </Stack>
      <Stack>
        <Section title="Safety">
          <AsyncContent
            query={standing}
            rows={5}
            isEmpty={(state) => state === null}
            empty="A retired account has no standing."
          >
            {(state) => state && <Safety state={state} />}
          </AsyncContent>
        </Section>
        <About account={account} canWrite={canWrite} />
      </Stack>
    </Box>
  );
}

function Stack({ children }: PropsWithChildren) {
  return <Box sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}>{children}</Box>;
}

/** Why its health is what it is: what was seen, when, by what. */
function evidenceFacts({ health_evidence: evidence }: Account) {
  if (evidence === null) return { Evidence: 'None yet: nothing has been tried with it.' };
  const text = (name: string) => (typeof evidence[name] === 'string' ? evidence[name] : undefined);
  return {
    Evidence: text('text') ?? '–',
    Class: text('class') && words(text('class') ?? ''),
    Seen: text('time') && <Moment at={text('time')} />,
    'Seen by': text('source'),
    Through: text('proxy'),
  };
}

function Safety({ state }: { state: AccountState }) {
  const until = state.cooldown_until ?? state.backoff_until;
  return (
    <Facts
      facts={{
        Standing: <StateChip state={state.state} />,
        [state.cooldown_until ? 'Cools down for' : 'Waits for']:
          until === null ? 'Nothing; it may act now.' : <Countdown until={until} />,
        'Rate limits in a row': count(state.consecutive_rate_limits),
        Errors:
          state.error_count === 0
            ? '0'
            : `${count(state.error_count)} (${Object.entries(state.errors_by_class)
                .map(([kind, times]) => `${words(kind)} ${times}`)
                .join(', ')})`,
        'Last error': state.last_error ? (
          <>
            <Ago at={state.last_error.at} />: {state.last_error.message}
          </>
        ) : (
          'None'
        ),
      }}
    />
  );
}

function About({ account, canWrite }: { account: Account; canWrite: boolean }) {
  const [isEditing, setEditing] = useState(false);
  const proxies = useQuery({ ...proxiesQuery(), enabled: account.proxy_id !== null });
  const proxy = proxies.data?.items.find(({ id }) => id === account.proxy_id);
  return (
    <Section
      title="About"
      actions={
        canWrite &&
        account.lifecycle !== 'retired' && <Button onClick={() => setEditing(true)}>Edit</Button>
      }
    >
      <Facts
        facts={{
          Number: <CopyText text={account.account_no} />,
          Network: words(account.network),
          'Id there': account.network_user_id ?? '–',
          Address: account.email ?? '–',
          Kind: words(account.kind),
          Persona: account.persona?.name ?? 'None',
          Proxy:
            account.proxy_id === null
              ? 'None: direct'
              : proxy
                ? `${proxy.scheme}://${proxy.host}:${proxy.port}`
                : `#${account.proxy_id}`,
          'Proxy is down since': proxy?.down_since ? (
            <>
              <Moment at={proxy.down_since} />; tried again by itself, and nothing goes another way
            </>
          ) : undefined,
          'Time zone': account.timezone,
          Labels: account.labels.length > 0 ? account.labels.join(', ') : 'None',
          'User agent': account.user_agent ?? 'The usual one',
          Authorised: (
            <>
              <Moment at={account.authorised_at} precision="minute" /> by {account.authorised_by}
            </>
          ),
          Added: <Moment at={account.created_at} precision="minute" />,
          Revision: account.revision,
        }}
      />
      {isEditing && <EditDialog account={account} onClose={() => setEditing(false)} />}
    </Section>
  );
}
