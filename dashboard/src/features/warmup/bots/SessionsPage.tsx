import Paper from '@mui/material/Paper';
import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';

import { EmptyState } from '@/components/EmptyState';
import type { FilterField } from '@/components/filters';
import { StateChip } from '@/components/StateChip';
import { FilteredTable, PAGE_SIZE } from '@/components/table';
import { TextLink } from '@/components/TextLink';
import { Ago, Moment } from '@/components/Time';
import { useListState } from '@/lib/listState';
import { count } from '@/lib/numbers';
import { type BotSession, botsQuery, sessionsQuery } from '../queries';
import { PHASE_NAMES } from '../reading';
import { WarmupFrame } from '../WarmupFrame';

const NUMBER = { align: 'right', headerAlign: 'right', width: 84 } as const;

const COLUMNS: GridColDef<BotSession>[] = [
  { field: 'bot', headerName: 'Bot', flex: 1, minWidth: 110 },
  {
    field: 'state',
    headerName: 'State',
    width: 108,
    renderCell: ({ row }) => (
      <StateChip
        state={row.ended_at === null ? 'running' : 'stopped'}
        label={row.ended_at === null ? 'At work' : 'Over'}
      />
    ),
  },
  {
    field: 'account_id',
    headerName: 'Account',
    width: 116,
    renderCell: ({ row }) =>
      row.account_id !== null && (
        <TextLink to={`/warmup?open=${row.account_id}`}>account {row.account_id}</TextLink>
      ),
  },
  {
    field: 'phase',
    headerName: 'Phase',
    width: 96,
    valueGetter: (_, row) => (row.phase === null ? '–' : PHASE_NAMES[row.phase]),
  },
  { field: 'calls', headerName: 'Calls', ...NUMBER, valueGetter: (_, row) => count(row.calls) },
  {
    field: 'errors',
    headerName: 'Refused',
    ...NUMBER,
    valueGetter: (_, row) => count(row.errors),
  },
  {
    field: 'started_at',
    headerName: 'Began',
    width: 152,
    renderCell: ({ row }) => <Moment at={row.started_at} />,
  },
  {
    field: 'last_seen_at',
    headerName: 'Last call',
    width: 104,
    renderCell: ({ row }) => <Ago at={row.last_seen_at} />,
  },
  { field: 'address', headerName: 'From', width: 120, valueGetter: (_, row) => row.address ?? '–' },
];

/** When bots were there, from where, and how many of their calls were refused. */
export function SessionsPage() {
  const list = useListState({ bot: 'one' });
  const bots = useQuery(botsQuery(true));
  const { bot } = list.filters;
  const sessions = useQuery(
    sessionsQuery({ bot_id: bot ?? undefined, limit: PAGE_SIZE, cursor: list.cursor }),
  );
  // A grid without rows may hold nothing that can be pressed.
  const isNothing = bot === null && list.page === 1 && sessions.data?.items.length === 0;
  const fields: FilterField[] = [
    {
      kind: 'choice',
      name: 'bot',
      label: 'Bot',
      options: (bots.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name })),
    },
  ];
  return (
    <WarmupFrame tab="sessions">
      {isNothing ? (
        <Paper variant="outlined">
          <EmptyState title="No bot was here yet.">
            A session begins with the first call of a bot and ends when it has said nothing for a
            while. <TextLink to="/warmup/bots">Bots</TextLink>
          </EmptyState>
        </Paper>
      ) : (
        <FilteredTable
          name="bot-sessions"
          fields={fields}
          phone={['bot', 'state', 'last_seen_at']}
          label="Bot sessions"
          query={sessions}
          columns={COLUMNS}
          hidden={['address']}
          list={list}
          empty={<EmptyState title="No bot was here yet." />}
        />
      )}
    </WarmupFrame>
  );
}
