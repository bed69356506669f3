import Button from '@mui/material/Button';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { Diff } from '@/components/Diff';
import { DetailDrawer } from '@/components/DetailDrawer';
import { Section } from '@/components/Section';
import { SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Moment } from '@/components/Time';
import type { Account, AuditEntry } from '@/lib/api';
import { words } from '@/lib/numbers';
import { endOf } from '@/lib/trouble';
import { More } from './More';
import { auditOfQuery, eventsOfQuery, sessionsOfQuery, standingQuery } from './queries';
import { Why } from './Why';

export function Sessions({ account }: { account: Account }) {
  const query = useInfiniteQuery(sessionsOfQuery(account.account_no));
  return (
    <Section title="Sessions" flush>
      <AsyncContent
        query={query}
        isEmpty={({ pages }) => pages[0]?.items.length === 0}
        empty="No session has run yet. Start one above."
      >
        {({ pages }) => (
          <SimpleTable
            label="Sessions of this account"
            rows={pages.flatMap((page) => page.items)}
            rowId={(row) => row.id}
            columns={[
              { label: 'Status', cell: (row) => <StateChip state={row.status} /> },
              { label: 'Started', cell: (row) => <Moment at={row.started_at} /> },
              { label: 'Ended', cell: (row) => <Moment at={row.ended_at} none="not yet" /> },
              { label: 'Asked for by', cell: (row) => row.requested_by },
              { label: 'Why it ended', cell: (row) => endOf(row) ?? '–' },
              {
                label: 'More',
                cell: (row) => <TextLink to={`/sessions/${row.id}`}>Details</TextLink>,
              },
            ]}
          />
        )}
      </AsyncContent>
      <More query={query} />
    </Section>
  );
}

export function History({ account }: { account: Account }) {
  const query = useInfiniteQuery(eventsOfQuery(account.id));
  const [target, setTarget] = useState<string | null>(null);
  return (
    <Section
      title="History"
      about="What it has done and left undone, from the ledger."
      flush
      actions={
        <TextLink to={`/interactions?account_id=${account.id}`} sx={{ fontSize: '0.8125rem' }}>
          Filter and export
        </TextLink>
      }
    >
      <AsyncContent
        query={query}
        isEmpty={({ pages }) => pages[0]?.items.length === 0}
        empty="It has not done anything yet."
      >
        {({ pages }) => (
          <SimpleTable
            label="History of this account"
            rows={pages.flatMap((page) => page.items)}
            rowId={(row) => row.id}
            columns={[
              { label: 'When', cell: (row) => <Moment at={row.ts} /> },
              { label: 'Action', cell: (row) => words(row.action) },
              { label: 'Target', cell: (row) => row.target_username },
              { label: 'Status', cell: (row) => <StateChip state={row.status} /> },
              { label: 'Reason', cell: (row) => row.reason ?? '–' },
              {
                label: 'More',
                cell: (row) => (
                  <Button
                    aria-label={`Why ${row.target_username}`}
                    onClick={() => setTarget(row.target_username)}
                  >
                    Why
                  </Button>
                ),
              },
            ]}
          />
        )}
      </AsyncContent>
      <More query={query} />
      <DetailDrawer
        open={target !== null}
        onClose={() => setTarget(null)}
        title={`Why ${target ?? ''}`}
        about={`How ${account.login} decided, the newest first`}
      >
        {target !== null && <Why accountId={account.id} target={target} />}
      </DetailDrawer>
    </Section>
  );
}

export function Errors({ account }: { account: Account }) {
  const query = useQuery(standingQuery(account.id));
  return (
    <Section title="Errors" about="The last 100." flush>
      <AsyncContent
        query={query}
        isEmpty={(state) => !state || state.recent_errors.length === 0}
        empty="Nothing has gone wrong."
      >
        {(state) => (
          <SimpleTable
            label="Errors of this account"
            rows={(state?.recent_errors ?? []).map((row, at) => ({ ...row, key: at }))}
            rowId={(row) => row.key}
            columns={[
              { label: 'When', cell: (row) => <Moment at={row.at} /> },
              { label: 'Class', cell: (row) => words(row.failure) },
              { label: 'Action', cell: (row) => (row.action ? words(row.action) : '–') },
              { label: 'Reached', cell: (row) => words(row.phase) },
              { label: 'Message', cell: (row) => row.message },
            ]}
          />
        )}
      </AsyncContent>
    </Section>
  );
}

export function Trail({ account }: { account: Account }) {
  const query = useInfiniteQuery(auditOfQuery(account.id));
  const [entry, setEntry] = useState<AuditEntry | null>(null);
  const asText = (value: unknown) => JSON.stringify(value ?? {}, null, 2);
  return (
    <Section title="Audit" about="Who changed it, when and why." flush>
      <AsyncContent
        query={query}
        isEmpty={({ pages }) => pages[0]?.items.length === 0}
        empty="Nobody has changed it."
      >
        {({ pages }) => (
          <SimpleTable
            label="Audit trail of this account"
            rows={pages.flatMap((page) => page.items)}
            rowId={(row) => row.id}
            columns={[
              { label: 'When', cell: (row) => <Moment at={row.at} /> },
              { label: 'Who', cell: (row) => row.actor },
              { label: 'What', cell: (row) => row.action },
              { label: 'Why', cell: (row) => row.reason ?? '–' },
              {
                label: 'More',
                cell: (row) => (
                  <Button
                    aria-label={`Difference of entry ${row.id}`}
                    onClick={() => setEntry(row)}
                  >
                    Difference
                  </Button>
                ),
              },
            ]}
          />
        )}
      </AsyncContent>
      <More query={query} />
      <DetailDrawer
        open={entry !== null}
        onClose={() => setEntry(null)}
        title={entry?.action ?? ''}
        about={entry && <Moment at={entry.at} />}
      >
        {entry && <Diff before={asText(entry.before)} after={asText(entry.after)} />}
      </DetailDrawer>
    </Section>
  );
}
