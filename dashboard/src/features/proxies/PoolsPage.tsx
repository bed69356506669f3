import MenuItem from '@mui/material/MenuItem';
import Select from '@mui/material/Select';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { count } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { useSetPolicy } from './actions';
import { ProxiesFrame } from './ProxiesFrame';
import { type Pool, poolsQuery } from './queries';

const POLICIES: Record<Pool['policy'], string> = {
  approval: 'A person approves each move',
  automatic: 'Accounts move by themselves',
};

const COLUMNS: Column<Pool>[] = [
  {
    label: 'Pool',
    cell: ({ pool }) => (
      <TextLink to={`/proxies?pool=${encodeURIComponent(pool)}`}>{pool}</TextLink>
    ),
  },
  { label: 'Proxies', align: 'right', cell: ({ proxies }) => count(proxies) },
  { label: 'Up', align: 'right', cell: ({ up }) => count(up) },
  {
    label: 'Down',
    align: 'right',
    cell: ({ down }) => (down === 0 ? '0' : <StateChip state="down" label={count(down)} />),
  },
  { label: 'Accounts', align: 'right', cell: ({ accounts }) => count(accounts) },
  {
    label: 'Room',
    align: 'right',
    cell: ({ room }) => (room === null ? 'Any number' : count(room)),
  },
  { label: 'When one is down', width: 280, cell: (pool) => <Policy pool={pool} /> },
];

/** Ports that may stand in for each other, and what happens when one is down. */
export function PoolsPage() {
  const pools = useQuery(poolsQuery());
  return (
    <ProxiesFrame tab="pools">
      <Section
        title="Pools"
        about="An account never goes out directly, and never through a proxy of another pool by itself."
        flush
      >
        <AsyncContent
          query={pools}
          skeleton={<RowsSkeleton rows={5} height={200} />}
          isEmpty={(found) => found.length === 0}
          empty={
            <EmptyState title="No proxy names a pool.">
              Give the ports of one operator the same pool, and they may stand in for each other.{' '}
              <TextLink to="/proxies">To the proxies</TextLink>
            </EmptyState>
          }
        >
          {(found) => (
            <SimpleTable label="Pools" rows={found} columns={COLUMNS} rowId={({ pool }) => pool} />
          )}
        </AsyncContent>
      </Section>
    </ProxiesFrame>
  );
}

function Policy({ pool }: { pool: Pool }) {
  const set = useSetPolicy();
  const canWrite = useCan('accounts:write');
  if (!canWrite) return POLICIES[pool.policy];
  return (
    <Select
      size="small"
      value={set.isPending ? set.variables.policy : pool.policy}
      onChange={({ target }) => set.mutate({ pool, policy: target.value })}
      inputProps={{ 'aria-label': `When one of ${pool.pool} is down` }}
      sx={{ width: 1, fontSize: '0.8125rem' }}
    >
      {Object.entries(POLICIES).map(([value, label]) => (
        <MenuItem key={value} value={value}>
          {label}
        </MenuItem>
      ))}
    </Select>
  );
}
