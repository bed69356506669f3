import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useQuery } from '@tanstack/react-query';
import { parseAsStringLiteral, useQueryState } from 'nuqs';
import { lazy, Suspense } from 'react';
import { useNavigate, useParams } from 'react-router';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { Page } from '@/components/Page';
import { StateChip } from '@/components/StateChip';
import type { Account } from '@/lib/api';
import { useKeys } from '@/lib/keys';
import { words } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { Overview } from './Overview';
import { Errors, History, Sessions, Trail } from './Past';
import { accountQuery, sessionStatusQuery } from './queries';
import { Steps } from './Steps';

const Configuration = lazy(() =>
  import('../plan/Configuration').then((part) => ({ default: part.Configuration })),
);

const Operations = lazy(() =>
  import('./Operations').then((part) => ({ default: part.Operations })),
);

const TABS = [
  'overview',
  'operations',
  'configuration',
  'sessions',
  'history',
  'errors',
  'audit',
] as const;
type TabName = (typeof TABS)[number];
const AT_WORK = new Set(['starting', 'running', 'stopping']);

export function AccountPage() {
  const id = Number(useParams().id);
  const account = useQuery(accountQuery(id));
  const [tab, setTab] = useQueryState(
    'tab',
    parseAsStringLiteral(TABS).withDefault('overview').withOptions({ history: 'push' }),
  );
  const navigate = useNavigate();
  const can = {
    write: useCan('accounts:write'),
    control: useCan('sessions:control'),
    audit: useCan('audit:read'),
  };
  const isRetired = account.data?.lifecycle === 'retired';
  const status = useQuery({
    ...sessionStatusQuery(account.data?.account_no ?? ''),
    enabled: account.data !== undefined && !isRetired,
  });
  useKeys({
    e: () => void setTab('configuration'),
    Escape: () => void navigate('/accounts'),
  });
  const shown = TABS.filter(
    (name) =>
      (name !== 'audit' || can.audit) &&
      !(isRetired && (name === 'sessions' || name === 'configuration')),
  );
  return (
    <Page
      title={account.data?.login ?? 'Account'}
      parent={{ title: 'Accounts', to: '/accounts' }}
      about={account.data ? <Line account={account.data} status={status.data?.status} /> : '\u00a0'}
      actions={
        account.data && (
          <Steps
            account={account.data}
            isRunning={AT_WORK.has(status.data?.status ?? '')}
            canWrite={can.write}
            canControl={can.control}
          />
        )
      }
    >
      <Tabs
        value={shown.includes(tab) ? tab : 'overview'}
        onChange={(_, next: TabName) => void setTab(next)}
        variant="scrollable"
        scrollButtons={false}
        aria-label="Parts of the account"
        sx={{ borderBottom: 1, borderColor: 'divider' }}
      >
        {shown.map((name) => (
          <Tab key={name} value={name} label={words(name)} />
        ))}
      </Tabs>
      <AsyncContent query={account} skeleton={<Waiting />}>
        {(found) => (
          <Suspense fallback={<Waiting />}>
            <Part
              tab={shown.includes(tab) ? tab : 'overview'}
              account={found}
              canWrite={can.write && !isRetired}
            />
          </Suspense>
        )}
      </AsyncContent>
    </Page>
  );
}

function Waiting() {
  return (
    <Paper variant="outlined" sx={{ minHeight: 320 }}>
      <RowsSkeleton rows={8} />
    </Paper>
  );
}

function Line({ account, status }: { account: Account; status?: string }) {
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', mt: 0.5 }}>
      <span>
        {account.account_no} · {words(account.network)}
      </span>
      <StateChip state={account.health} />
      {account.paused && <StateChip state="paused" hint={account.pause_reason} />}
      {account.lifecycle === 'retired' && <StateChip state="retired" />}
      {status !== undefined && AT_WORK.has(status) && (
        <StateChip state={status} label={`Session ${status}`} />
      )}
    </Box>
  );
}

function Part({ tab, account, canWrite }: { tab: TabName; account: Account; canWrite: boolean }) {
  switch (tab) {
    case 'operations':
      return <Operations account={account} canWrite={canWrite} />;
    case 'configuration':
      return <Configuration key={account.id} account={account} canWrite={canWrite} />;
    case 'sessions':
      return <Sessions account={account} />;
    case 'history':
      return <History account={account} />;
    case 'errors':
      return <Errors account={account} />;
    case 'audit':
      return <Trail account={account} />;
    default:
      return <Overview account={account} canWrite={canWrite} />;
  }
}
