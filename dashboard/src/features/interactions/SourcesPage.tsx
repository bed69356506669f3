import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { FilterBar, type FilterField } from '@/components/filters';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { Moment } from '@/components/Time';
import type { Model } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { count, percent } from '@/lib/numbers';
import { IntervalBar } from './IntervalBar';
import { InteractionsFrame } from './InteractionsFrame';
import { sourcesQuery } from './queries';

type Source = Model<'SourceRead'>;

const FIELDS: FilterField[] = [
  { kind: 'account', name: 'account', label: 'Account', by: 'id' },
  {
    kind: 'choice',
    name: 'days',
    label: 'Followed back within',
    options: [3, 7, 14, 30, 60].map((days) => ({ value: String(days), label: `${days} days` })),
  },
];

/** Where the people come from who follow back: the best on top, by what is certain of each. */
export function SourcesPage() {
  const list = useListState({ account: 'one', days: 'one' });
  const days = Number(list.filters.days) || 14;
  const sources = useQuery(
    sourcesQuery({ days, account_id: Number(list.filters.account) || null }),
  );
  const most = Math.max(0.05, ...(sources.data?.items ?? []).map(({ high }) => high));
  const columns: Column<Source>[] = [
    { label: 'Source', cell: (row) => row.source },
    { label: 'Contacted', cell: (row) => count(row.contacted), align: 'right' },
    { label: 'Followed back', cell: (row) => count(row.followed_back), align: 'right' },
    { label: 'Share', cell: (row) => percent(row.rate), align: 'right' },
    {
      label: 'Likely between (95 %)',
      cell: (row) => <IntervalBar low={row.low} high={row.high} rate={row.rate} max={most} />,
      width: 280,
    },
    { label: 'Accounts', cell: (row) => count(row.accounts), align: 'right' },
    { label: 'Last contact', cell: (row) => <Moment at={row.last_at} precision="minute" /> },
  ];
  return (
    <InteractionsFrame tab="sources">
      <FilterBar name="sources" list={list} fields={FIELDS} />
      <Section
        title="Source scoreboard"
        about={`People who followed back within ${days} days of the first contact. Sorted by the lower end of the interval, so that a lucky few do not lead.`}
        flush
      >
        <AsyncContent
          query={sources}
          isEmpty={(page) => page.items.length === 0}
          empty={
            <EmptyState
              title={
                list.isFiltered ? 'Nothing matches these filters.' : 'Nobody was contacted yet.'
              }
            >
              Once sessions have engaged people, their sources are compared here.
            </EmptyState>
          }
        >
          {(page) => (
            <SimpleTable
              label="Source scoreboard"
              rows={page.items}
              columns={columns}
              rowId={(row) => row.source}
            />
          )}
        </AsyncContent>
      </Section>
    </InteractionsFrame>
  );
}
