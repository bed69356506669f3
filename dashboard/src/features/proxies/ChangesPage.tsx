import { useQuery } from '@tanstack/react-query';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { FilterBar, type FilterField } from '@/components/filters';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago } from '@/components/Time';
import { count } from '@/lib/numbers';
import { useListState } from '@/lib/listState';
import { Verdict, whereTo } from './ChangeLine';
import { ProxiesFrame } from './ProxiesFrame';
import { type Change, type ChangeFilter, changesQuery } from './queries';

const STATES = ['proposed', 'approved', 'carried_out', 'refused', 'withdrawn'];
const FIELDS: FilterField[] = [
  {
    kind: 'choice',
    name: 'state',
    label: 'State',
    many: true,
    options: STATES.map((value) => ({ value })),
  },
];

const COLUMNS: Column<Change>[] = [
  { label: 'State', cell: ({ state, note }) => <StateChip state={state} hint={note} /> },
  {
    label: 'Away from',
    cell: ({ from_proxy_id: id }) => <TextLink to={`/proxies?open=${id}`}>Proxy {id}</TextLink>,
  },
  { label: 'Who and where to', cell: whereTo },
  {
    label: 'Moved',
    align: 'right',
    cell: ({ moved, waiting, state }) =>
      state === 'approved' ? `${count(moved)} of ${count(moved + waiting)}` : count(moved),
  },
  {
    label: 'Why',
    cell: ({ reason, is_fail_over: isFailOver }) => (isFailOver ? `It is down: ${reason}` : reason),
  },
  {
    label: 'Proposed',
    cell: ({ proposed_at: at, proposed_by: by }) => (
      <>
        <Ago at={at} /> by {by}
      </>
    ),
  },
  {
    label: 'Decided',
    cell: ({ decided_at: at, decided_by: by }) =>
      at === null ? (
        '–'
      ) : (
        <>
          <Ago at={at} /> by {by}
        </>
      ),
  },
  { label: '', align: 'right', cell: (change) => <Verdict change={change} /> },
];

/** Who is moved to another way out, once a person has approved it. */
export function ChangesPage() {
  const list = useListState({ state: 'many' });
  const changes = useQuery(
    changesQuery({ state: list.filters.state as ChangeFilter['state'], limit: 200 }),
  );
  return (
    <ProxiesFrame tab="changes">
      <FilterBar name="proxy-changes" list={list} fields={FIELDS} />
      <Section
        title="Planned changes"
        about="Each account is moved while nothing works with it."
        flush
      >
        <AsyncContent
          query={changes}
          skeleton={<RowsSkeleton rows={5} height={200} />}
          isEmpty={({ items }) => items.length === 0}
          empty={
            <EmptyState title={list.isFiltered ? 'None is like that.' : 'No change is planned.'}>
              When a proxy is down for good, moving its accounts is proposed here and in the inbox.
            </EmptyState>
          }
        >
          {({ items }) => (
            <SimpleTable
              label="Planned changes"
              rows={items}
              columns={COLUMNS}
              rowId={({ id }) => id}
            />
          )}
        </AsyncContent>
      </Section>
    </ProxiesFrame>
  );
}
