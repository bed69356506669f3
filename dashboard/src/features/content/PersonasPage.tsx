import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Add from '@mui/icons-material/Add';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import type { Model } from '@/lib/api';
import { count } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { personasQuery } from '@/lib/queries/personas';
import { useNow } from '@/lib/time';
import { ContentFrame } from './ContentFrame';
import { LOOKS, standingOf } from './pools';
import { type Pool, poolsQuery } from './queries';

const PersonaDialog = lazy(() => import('./PersonaDialog'));

type Persona = Model<'PersonaRead'>;

/** For whom content is kept: each account belongs to a persona, and is given what is its. */
export function PersonasPage() {
  const [dialog, setDialog] = useState<'add' | Persona | null>(null);
  const canWrite = useCan('accounts:write');
  const personas = useQuery(personasQuery());
  const pools = useQuery(poolsQuery());
  const add = (label: string) => (
    <Button variant="contained" startIcon={<Add />} onClick={() => setDialog('add')}>
      {label}
    </Button>
  );
  return (
    <ContentFrame tab="personas" actions={canWrite && add('Add persona')}>
      <Section
        title="Personas"
        about="Accounts name their persona; the warm-up gives each account content of its own persona only."
        flush
      >
        <AsyncContent
          query={personas}
          skeleton={<RowsSkeleton rows={6} height={230} />}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <EmptyState title="There is no persona yet." actions={canWrite && add('Add the first')}>
              A persona is who an account is: its name, its pictures, its words.
            </EmptyState>
          }
        >
          {({ items }) => (
            <SimpleTable
              label="Personas"
              rows={items}
              columns={columns(pools.data ?? [], canWrite ? setDialog : null)}
              rowId={(row) => row.id}
            />
          )}
        </AsyncContent>
      </Section>
      <Suspense fallback={null}>
        {dialog !== null && (
          <PersonaDialog
            persona={dialog === 'add' ? null : dialog}
            onClose={() => setDialog(null)}
          />
        )}
      </Suspense>
    </ContentFrame>
  );
}

function columns(
  pools: readonly Pool[],
  onChange: ((persona: Persona) => void) | null,
): Column<Persona>[] {
  const of = (persona: Persona) => pools.filter(({ persona_id }) => persona_id === persona.id);
  const left = (persona: Persona, isPicture: boolean) =>
    of(persona)
      .filter(({ kind }) => (kind === 'image') === isPicture)
      .reduce((sum, pool) => sum + pool.left, 0);
  const shown: Column<Persona>[] = [
    { label: 'Name', cell: (row) => <Box sx={{ whiteSpace: 'nowrap' }}>{row.name}</Box> },
    {
      label: 'State',
      cell: (row) => (
        <StateChip state={row.paused ? 'paused' : 'active'} hint={row.pause_reason ?? undefined} />
      ),
    },
    {
      label: 'Pictures left',
      align: 'right',
      cell: (row) => (
        <TextLink to={`/content?persona=${row.id}`}>{count(left(row, true))}</TextLink>
      ),
    },
    {
      label: 'Texts left',
      align: 'right',
      cell: (row) => (
        <TextLink to={`/content/texts?persona=${row.id}`}>{count(left(row, false))}</TextLink>
      ),
    },
    { label: 'Pools', cell: (row) => <Pools persona={row} pools={of(row)} /> },
    { label: 'Between phases', cell: (row) => gapOf(row) },
    {
      label: 'Accounts',
      cell: (row) => (
        <TextLink to={`/accounts?persona=${encodeURIComponent(row.name)}`}>Show</TextLink>
      ),
    },
  ];
  if (onChange === null) return shown;
  return [
    ...shown,
    {
      label: 'Change',
      align: 'right',
      cell: (row) => (
        <Button aria-label={`Change ${row.name}`} onClick={() => onChange(row)}>
          Change
        </Button>
      ),
    },
  ];
}

/** How its pools stand, the worst in front. */
function Pools({ persona, pools }: { persona: Persona; pools: Pool[] }) {
  const now = useNow();
  if (pools.length === 0) return <StateChip state="unknown" label="None yet" />;
  const needy = pools.filter((pool) => standingOf(pool, now) !== 'fine');
  const worst = (['empty', 'short', 'soon'] as const).find((one) =>
    needy.some((pool) => standingOf(pool, now) === one),
  );
  const { state, label } = LOOKS[worst ?? 'fine'];
  return (
    <Box component="span" sx={{ display: 'inline-flex', gap: 1, alignItems: 'center' }}>
      <StateChip state={state} label={label} />
      {needy.length > 0 && (
        <TextLink to={`/content/forecast?persona=${persona.id}&show=short`}>
          {count(needy.length)} of {count(pools.length)}
        </TextLink>
      )}
    </Box>
  );
}

function gapOf({ warmup }: Persona): string {
  const { gap_hours_min: least, gap_hours_max: most } = warmup ?? {};
  if ((least ?? null) === null && (most ?? null) === null) return 'as in the settings';
  return `${least ?? '…'} to ${most ?? '…'} h`;
}
