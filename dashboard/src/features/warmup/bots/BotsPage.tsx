import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Add from '@mui/icons-material/Add';
import FormControlLabel from '@mui/material/FormControlLabel';
import Switch from '@mui/material/Switch';
import { useQuery } from '@tanstack/react-query';
import { parseAsBoolean, useQueryState } from 'nuqs';
import { lazy, Suspense, useState } from 'react';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago } from '@/components/Time';
import { count, plural } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { useNow } from '@/lib/time';
import { useRevoke } from '../actions';
import { type Bot, botsQuery } from '../queries';
import { PHASE_NAMES } from '../reading';
import { WarmupFrame } from '../WarmupFrame';

const BotDialog = lazy(() => import('./BotDialog'));

/** Programs that perform the phases: what they hold, what they have done, and their tokens. */
export function BotsPage() {
  const [showsAll, setShowsAll] = useQueryState('all', parseAsBoolean.withDefault(false));
  const [isMaking, setMaking] = useState(false);
  const [going, setGoing] = useState<Bot | null>(null);
  const canChange = useCan('access:write');
  const bots = useQuery(botsQuery(showsAll));
  const revoke = useRevoke();
  const add = (label: string) => (
    <Button variant="contained" startIcon={<Add />} onClick={() => setMaking(true)}>
      {label}
    </Button>
  );
  return (
    <WarmupFrame tab="bots" actions={canChange && add('Make a bot')}>
      <Section
        title="Bots"
        about="Each has a token of the role bot, and sees and takes only what that may."
        actions={
          <FormControlLabel
            control={
              <Switch
                size="small"
                checked={showsAll}
                onChange={(_, checked) => void setShowsAll(checked || null)}
              />
            }
            label="Revoked ones too"
            slotProps={{ typography: { variant: 'body2' } }}
          />
        }
        flush
      >
        <AsyncContent
          query={bots}
          skeleton={<RowsSkeleton rows={6} height={230} />}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <EmptyState title="There is no bot yet." actions={canChange && add('Make the first')}>
              A bot asks what is due, gets its content, performs it on the network and reports back.
              An example comes with Retinue: examples/warmup_bot.py.
            </EmptyState>
          }
        >
          {({ items }) => (
            <SimpleTable
              label="Bots"
              rows={items}
              columns={canChange ? [...COLUMNS, revoking(setGoing)] : COLUMNS}
              rowId={(row) => row.id}
            />
          )}
        </AsyncContent>
      </Section>
      <Suspense fallback={null}>
        {isMaking && <BotDialog onClose={() => setMaking(false)} />}
      </Suspense>
      <ConfirmDialog
        open={going !== null}
        title={`Revoke the token of ${going?.name ?? ''}?`}
        confirm="Revoke token"
        isDangerous
        isBusy={revoke.isPending}
        onConfirm={() => going && revoke.mutate(going, { onSettled: () => setGoing(null) })}
        onClose={() => setGoing(null)}
      >
        It is refused from this moment on. What it holds is free again once its half hour is over,
        and another bot goes on with it.
      </ConfirmDialog>
    </WarmupFrame>
  );
}

const revoking = (onRevoke: (bot: Bot) => void): Column<Bot> => ({
  label: 'Change',
  align: 'right',
  cell: (row) =>
    row.revoked_at === null && (
      <Button color="error" aria-label={`Revoke ${row.name}`} onClick={() => onRevoke(row)}>
        Revoke
      </Button>
    ),
});

const COLUMNS: Column<Bot>[] = [
  {
    label: 'Name',
    cell: (row) => (
      <Box sx={{ minWidth: 90 }}>
        {row.name}
        <Box sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>
          <code>{row.prefix}…</code>
        </Box>
      </Box>
    ),
  },
  { label: 'State', cell: (row) => <State bot={row} /> },
  { label: 'Last call', cell: (row) => <Ago at={row.last_seen_at} /> },
  { label: 'Works with', cell: (row) => <Holds bot={row} /> },
  { label: 'Phases done', align: 'right', cell: (row) => count(row.phases_completed) },
  { label: 'Calls', align: 'right', cell: (row) => count(row.calls) },
  { label: 'Refused', align: 'right', cell: (row) => count(row.errors) },
  {
    label: 'Sessions',
    align: 'right',
    cell: (row) => <TextLink to={`/warmup/sessions?bot=${row.id}`}>{count(row.sessions)}</TextLink>,
  },
  {
    label: 'May take',
    cell: (row) =>
      row.account_ids === null ? 'every account' : plural(row.account_ids.length, 'account'),
  },
];

function State({ bot }: { bot: Bot }) {
  const now = useNow();
  if (bot.revoked_at !== null) return <StateChip state="revoked" />;
  if (bot.expires_at !== null && Date.parse(bot.expires_at) <= now)
    return <StateChip state="expired" />;
  if (bot.session === null) return <StateChip state="stopped" label="Away" />;
  return <StateChip state="running" label="At work" />;
}

const SHOWN = 3;

function Holds({ bot }: { bot: Bot }) {
  if (bot.holds.length === 0) return '–';
  const phase = bot.session?.phase;
  return (
    <>
      {bot.holds.slice(0, SHOWN).map((id, at) => (
        <span key={id}>
          {at > 0 && ', '}
          <TextLink to={`/warmup?open=${id}`}>account {id}</TextLink>
        </span>
      ))}
      {bot.holds.length > SHOWN && ` and ${bot.holds.length - SHOWN} more`}
      {phase && `, ${PHASE_NAMES[phase].toLowerCase()}`}
    </>
  );
}
