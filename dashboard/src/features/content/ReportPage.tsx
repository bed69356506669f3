import Paper from '@mui/material/Paper';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';

import { EmptyState } from '@/components/EmptyState';
import { FilterBar, type FilterField } from '@/components/filters';
import { DataTable, PAGE_SIZE } from '@/components/table';
import { TextLink } from '@/components/TextLink';
import { Ago } from '@/components/Time';
import type { Model } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { count, percent } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { personasQuery } from '@/lib/queries/personas';
import { ContentFrame } from './ContentFrame';
import { poolName } from './pools';
import { reportQuery } from './queries';

type Row = Model<'ReportRow'>;
type By = 'persona' | 'category' | 'item';

const BY: [By, string][] = [
  ['category', 'Category'],
  ['persona', 'Persona'],
  ['item', 'Item'],
];

/** What was given to accounts, how often it was used, and with what success. */
export function ReportPage() {
  const list = useListState({ by: 'one', persona: 'one' });
  const navigate = useNavigate();
  const personas = useQuery({ ...personasQuery(), enabled: useCan('accounts:read') });
  const by = BY.find(([one]) => one === list.filters.by)?.[0] ?? 'category';
  const persona = list.filters.persona === null ? null : Number(list.filters.persona);
  const report = useQuery(reportQuery({ by, persona, limit: PAGE_SIZE, cursor: list.cursor }));
  // A grid without rows may hold nothing that can be pressed.
  const isNothing = persona === null && list.page === 1 && report.data?.items.length === 0;
  const fields: FilterField[] = [
    {
      kind: 'choice',
      name: 'persona',
      label: 'Persona',
      options: (personas.data?.items ?? []).map(({ id, name }) => ({
        value: String(id),
        label: name,
      })),
    },
  ];
  return (
    <ContentFrame tab="report">
      <FilterBar name="report" list={list} fields={fields}>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={by}
          aria-label="Counted by"
          onChange={(_, next: By | null) =>
            next && list.setFilters({ by: next === 'category' ? null : next })
          }
        >
          {BY.map(([value, label]) => (
            <ToggleButton key={value} value={value}>
              {label}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      </FilterBar>
      {isNothing ? (
        <Paper variant="outlined">
          <EmptyState title="Nothing was given yet.">
            Bots ask for content when a phase of a <TextLink to="/warmup">warm-up</TextLink> is due.
            What they were given and what came of it is counted here.
          </EmptyState>
        </Paper>
      ) : (
        <DataTable
          // The columns of another view are others.
          key={by}
          name={`report.${by}`}
          phone={['what', 'used', 'success_rate']}
          label="Report"
          query={report}
          columns={COLUMNS.filter(({ field }) => by !== 'persona' || field !== 'what')}
          hidden={['given_back', 'promised']}
          list={{ ...list, isFiltered: persona !== null }}
          rowId={rowId}
          onOpen={by === 'item' ? (row) => void navigate(addressOf(row)) : undefined}
          empty={<EmptyState title="Nothing was given yet." />}
        />
      )}
    </ContentFrame>
  );
}

const rowId = (row: Row) =>
  [row.persona_id, row.kind, row.category, row.content_id].filter((one) => one !== null).join(' ');

function addressOf({ kind, content_id }: Row): string {
  return kind === 'image' ? `/content?open=${content_id}` : `/content/texts?open=${content_id}`;
}

function whatOf({ kind, category, content_id }: Row): string {
  if (content_id !== null && content_id !== undefined)
    return `${kind === 'image' ? 'Picture' : 'Text'} ${content_id}`;
  return kind && category ? poolName({ kind, category }) : '–';
}

const NUMBER = { align: 'right', headerAlign: 'right', width: 84 } as const;

const COLUMNS: GridColDef<Row>[] = [
  { field: 'persona', headerName: 'Persona', flex: 1, minWidth: 110 },
  {
    field: 'what',
    headerName: 'What',
    flex: 1,
    minWidth: 140,
    valueGetter: (_, row) => whatOf(row),
  },
  { field: 'given', headerName: 'Given', ...NUMBER, valueGetter: (_, row) => count(row.given) },
  { field: 'used', headerName: 'Used', ...NUMBER, valueGetter: (_, row) => count(row.used) },
  {
    field: 'accounts',
    headerName: 'Accounts',
    ...NUMBER,
    valueGetter: (_, row) => count(row.accounts),
  },
  {
    field: 'success_rate',
    headerName: 'Success',
    ...NUMBER,
    valueGetter: (_, row) => percent(row.success_rate, 0),
  },
  {
    field: 'success_score',
    headerName: 'Reported',
    ...NUMBER,
    width: 96,
    description: 'The mean of what bots have reported, 0 to 100.',
    valueGetter: (_, row) => row.success_score?.toFixed(1) ?? '–',
  },
  {
    field: 'assignment_score',
    headerName: 'Score',
    ...NUMBER,
    description: 'The mean of the scores that it was chosen for.',
    valueGetter: (_, row) => row.assignment_score.toFixed(1),
  },
  {
    field: 'given_back',
    headerName: 'Given back',
    ...NUMBER,
    width: 100,
    valueGetter: (_, row) => count(row.given_back),
  },
  {
    field: 'promised',
    headerName: 'Promised',
    ...NUMBER,
    width: 96,
    valueGetter: (_, row) => count(row.promised),
  },
  {
    field: 'last_given_at',
    headerName: 'Last given',
    width: 116,
    renderCell: ({ row }) => <Ago at={row.last_given_at} />,
  },
];
