import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import { useQuery } from '@tanstack/react-query';
import { parseAsBoolean, useQueryState } from 'nuqs';
import { useState } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { Ago, Moment } from '@/components/Time';
import type { Model } from '@/lib/api';
import { plural, words } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { shownNow } from '@/lib/shownClock';
import { useRevokeToken } from './actions';
import { tokensQuery } from './queries';
import { TokenDialog } from './TokenDialog';

type Token = Model<'TokenRead'>;

export function stateOf(token: Token, now: number): 'active' | 'expired' | 'revoked' {
  if (token.revoked_at !== null) return 'revoked';
  return token.expires_at !== null && Date.parse(token.expires_at) <= now ? 'expired' : 'active';
}

const COLUMNS: Column<Token>[] = [
  { label: 'Name', cell: (row) => row.name },
  { label: 'Begins with', cell: (row) => <code>{row.prefix}…</code> },
  { label: 'State', cell: (row) => <StateChip state={stateOf(row, shownNow())} /> },
  {
    label: 'May',
    cell: (row) => (
      <span title={row.scopes?.join(', ')}>
        {words(row.role)}
        {row.scopes !== null && `, ${plural(row.scopes.length, 'scope')}`}
        {row.account_ids !== null && `, ${plural(row.account_ids.length, 'account')}`}
      </span>
    ),
  },
  { label: 'Last used', cell: (row) => <Ago at={row.last_used_at} /> },
  {
    label: 'Expires',
    cell: (row) => <Moment at={row.expires_at} none="never" precision="minute" />,
  },
  { label: 'Made by', cell: (row) => row.created_by },
];

export function Tokens() {
  const tokens = useQuery(tokensQuery());
  const canChange = useCan('access:write');
  const [isMaking, setMaking] = useState(false);
  const [leaving, setLeaving] = useState<Token | null>(null);
  const [showsAll, setShowsAll] = useQueryState('all', parseAsBoolean.withDefault(false));
  const revoke = useRevokeToken();
  const columns: Column<Token>[] = canChange
    ? [
        ...COLUMNS,
        {
          label: 'Change',
          align: 'right',
          width: 90,
          cell: (row) =>
            stateOf(row, shownNow()) === 'active' && (
              <Button
                color="error"
                aria-label={`Revoke ${row.name}`}
                onClick={() => setLeaving(row)}
              >
                Revoke
              </Button>
            ),
        },
      ]
    : COLUMNS;
  const wanted = (items: Token[]) =>
    items.filter((token) => showsAll || stateOf(token, shownNow()) === 'active');
  return (
    <Section
      title="Tokens"
      about="Programs and bots call the API with one, as Authorization: Bearer."
      actions={
        <>
          <FormControlLabel
            control={
              <Switch
                size="small"
                checked={showsAll}
                onChange={(_, checked) => void setShowsAll(checked || null)}
              />
            }
            label="Revoked and expired too"
            slotProps={{ typography: { variant: 'body2' } }}
          />
          {canChange && (
            <Button variant="contained" onClick={() => setMaking(true)}>
              Make a token
            </Button>
          )}
        </>
      }
      flush
    >
      <AsyncContent
        query={tokens}
        rows={2}
        isEmpty={(page) => wanted(page.items).length === 0}
        empty={
          <EmptyState title="No program has a token">
            A token has a role, an end and, if you like, only some scopes and accounts.
          </EmptyState>
        }
      >
        {(page) => (
          <SimpleTable
            label="Tokens"
            rows={wanted(page.items)}
            columns={columns}
            rowId={(row) => row.id}
          />
        )}
      </AsyncContent>
      {isMaking && <TokenDialog onClose={() => setMaking(false)} />}
      <ConfirmDialog
        open={leaving !== null}
        title={`Revoke the token ${leaving?.name ?? ''}?`}
        confirm="Revoke token"
        isDangerous
        isBusy={revoke.isPending}
        onConfirm={() => leaving && revoke.mutate(leaving, { onSettled: () => setLeaving(null) })}
        onClose={() => setLeaving(null)}
      >
        Whatever uses it is refused from this moment on. It cannot be brought back; make a new one
        instead.
      </ConfirmDialog>
    </Section>
  );
}
