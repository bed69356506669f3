import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago, Moment } from '@/components/Time';
import { useCan } from '@/lib/queries/me';
import { type Grant, grantsQuery, type Network, useWithdraw } from './queries';

const AuthoriseDialog = lazy(() => import('./AuthoriseDialog'));

const COLUMNS: Column<Grant>[] = [
  {
    label: 'Account',
    cell: ({ account_id: id, login }) => <TextLink to={`/accounts/${id}`}>{login}</TextLink>,
  },
  { label: 'State', cell: ({ state, trouble }) => <StateChip state={state} hint={trouble} /> },
  { label: 'Access until', cell: ({ expires_at: at }) => <Moment at={at} precision="minute" /> },
  {
    label: 'Renews itself',
    cell: ({ has_refresh_token: renews }) => (renews ? 'Yes' : 'No'),
  },
  { label: 'Renewed', cell: ({ renewed_at: at }) => <Ago at={at} none="not yet" /> },
  {
    label: 'Granted',
    cell: ({ granted_at: at, granted_by: by }) => (
      <>
        <Ago at={at} /> by {by}
      </>
    ),
  },
];

/** Accounts whose owner has let the app act for them. The tokens themselves are never shown. */
export function Grants({ network }: { network: Network }) {
  const grants = useQuery(grantsQuery(network.name));
  const canWrite = useCan('accounts:write');
  const [isAdding, setAdding] = useState(false);
  const [going, setGoing] = useState<Grant | null>(null);
  const withdraw = useWithdraw(network.name);
  const add = (
    <Button variant="outlined" onClick={() => setAdding(true)}>
      Authorise an account
    </Button>
  );
  const columns: Column<Grant>[] = canWrite
    ? [
        ...COLUMNS,
        {
          label: '',
          align: 'right',
          cell: (row) => (
            <Button
              color="error"
              aria-label={`Forget the tokens of ${row.login}`}
              onClick={() => setGoing(row)}
            >
              Forget
            </Button>
          ),
        },
      ]
    : COLUMNS;
  const isSome = (grants.data?.items.length ?? 0) > 0;
  return (
    <Section
      title="Authorised accounts"
      about="By tokens that their owner has granted; they rotate by themselves."
      flush
      actions={canWrite && isSome && add}
    >
      <AsyncContent
        query={grants}
        rows={3}
        isEmpty={({ items }) => items.length === 0}
        empty={
          <EmptyState title="No account is authorised yet." actions={canWrite && add}>
            The owner lets your app act for the account; the tokens are stored here, sealed.
          </EmptyState>
        }
      >
        {({ items }) => (
          <SimpleTable
            label={`Accounts authorised on ${network.title}`}
            rows={items}
            columns={columns}
            rowId={({ account_id: id }) => id}
          />
        )}
      </AsyncContent>
      <Suspense fallback={null}>
        {isAdding && <AuthoriseDialog network={network} onClose={() => setAdding(false)} />}
      </Suspense>
      <ConfirmDialog
        open={going !== null}
        title={`Forget the tokens of ${going?.login ?? ''}?`}
        confirm="Forget tokens"
        isDangerous
        isBusy={withdraw.isPending}
        onConfirm={() => going && withdraw.mutate(going, { onSettled: () => setGoing(null) })}
        onClose={() => setGoing(null)}
      >
        The account does nothing on {network.title} until its owner grants new ones. Withdraw the
        app there too, if nobody is to use them.
      </ConfirmDialog>
    </Section>
  );
}
