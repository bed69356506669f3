import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { FilterBar, type FilterField } from '@/components/filters';
import { Meter } from '@/components/Meter';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago } from '@/components/Time';
import { useListState } from '@/lib/listState';
import { count, plural } from '@/lib/numbers';
import { useNow } from '@/lib/time';
import type { ToneName } from '@/theme/palette';
import { AddButtons, ContentFrame } from './ContentFrame';
import { byNeed, LOOKS, poolName, sentence, standingOf } from './pools';
import { type Pool, poolsQuery } from './queries';

const SHAPE = { persona: 'one', show: 'one' } as const;

/** How long the pools last at the pace of the last two weeks, and who waits for what is not there. */
export function ForecastPage() {
  const list = useListState(SHAPE);
  const pools = useQuery(poolsQuery());
  const names = new Map(pools.data?.map((pool) => [String(pool.persona_id), pool.persona]));
  const fields: FilterField[] = [
    {
      kind: 'choice',
      name: 'persona',
      label: 'Persona',
      options: [...names].map(([value, label]) => ({ value, label })),
    },
    {
      kind: 'choice',
      name: 'show',
      label: 'Pools',
      options: [{ value: 'short', label: 'That need something' }],
    },
  ];
  const { persona, show } = list.filters;
  const now = useNow();
  const isWanted = (pool: Pool) =>
    (persona === null || String(pool.persona_id) === persona) &&
    (show === null || standingOf(pool, now) !== 'fine');
  return (
    <ContentFrame tab="forecast">
      <FilterBar name="forecast" list={list} fields={fields} />
      <AsyncContent
        query={pools}
        skeleton={<RowsSkeleton rows={12} />}
        isEmpty={(found) => found.length === 0}
        empty={
          <EmptyState title="There is no pool yet." actions={<AddButtons label="Add pictures" />}>
            What is added to a persona makes its pools: one for each category of pictures, bios,
            captions and titles.
          </EmptyState>
        }
      >
        {(found) => <Pools pools={byNeed(found.filter(isWanted), now)} now={now} />}
      </AsyncContent>
    </ContentFrame>
  );
}

const SAID = 3;

function Pools({ pools, now }: { pools: Pool[]; now: number }) {
  const needy = pools.filter((pool) => standingOf(pool, now) !== 'fine');
  return (
    <>
      {needy.length > 0 && (
        <Alert severity={needy.some(({ uses_left }) => uses_left === 0) ? 'error' : 'warning'}>
          {needy.slice(0, SAID).map(sentence).join(' ')}
          {needy.length > SAID && ` And ${plural(needy.length - SAID, 'pool')} more.`}
        </Alert>
      )}
      <Section
        title="Pools"
        about="At the pace of the last 14 days; what needs something stands first."
        flush
      >
        {pools.length === 0 ? (
          <EmptyState title="No pool needs anything." />
        ) : (
          <SimpleTable
            label="Pools"
            rows={pools}
            columns={columns(now)}
            rowId={(pool) => `${pool.persona_id} ${pool.kind} ${pool.category}`}
          />
        )}
      </Section>
    </>
  );
}

function columns(now: number): Column<Pool>[] {
  return [
    {
      label: 'Pool',
      cell: (pool) => (
        <Box sx={{ minWidth: 124 }}>
          <TextLink to={addressOf(pool)}>{poolName(pool)}</TextLink>
          <Box sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>{pool.persona}</Box>
        </Box>
      ),
    },
    {
      label: 'Left',
      cell: (pool) => <Left pool={pool} tone={LOOKS[standingOf(pool, now)].tone} />,
    },
    {
      label: 'State',
      cell: (pool) => {
        const { state, label } = LOOKS[standingOf(pool, now)];
        return <StateChip state={state} label={label} hint={sentence(pool)} />;
      },
    },
    {
      label: 'Runs out',
      cell: (pool) => <Ago at={pool.runs_out_at} none={pool.uses_left === null ? 'never' : '–'} />,
    },
    { label: 'Accounts waiting', align: 'right', cell: (pool) => count(pool.accounts_waiting) },
    { label: 'Used a day', align: 'right', cell: (pool) => pool.uses_per_day.toFixed(1) },
    { label: 'Resting', align: 'right', cell: (pool) => count(pool.resting) },
  ];
}

function Left({ pool, tone }: { pool: Pool; tone: ToneName }) {
  const uses = pool.uses_left;
  const text =
    uses === null
      ? `${count(pool.left)}, without end`
      : `${count(pool.left)} of ${count(pool.total)}`;
  return (
    <Box sx={{ minWidth: 116, display: 'grid', gap: 0.5 }}>
      <span>
        {text}
        {uses !== null && uses !== pool.left && `, ${plural(uses, 'use')}`}
      </span>
      <Meter
        label={`Left of ${poolName(pool)} of ${pool.persona}`}
        value={pool.left}
        max={pool.total}
        tone={tone}
        text={text}
      />
    </Box>
  );
}

function addressOf({ kind, persona_id, category }: Pool): string {
  return kind === 'image'
    ? `/content?persona=${persona_id}&category=${category}`
    : `/content/texts?persona=${persona_id}&kind=${kind}&category=${category}`;
}
