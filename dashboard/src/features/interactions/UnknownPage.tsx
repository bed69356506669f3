import Button from '@mui/material/Button';
import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';

import { DetailDrawer } from '@/components/DetailDrawer';
import { EmptyState } from '@/components/EmptyState';
import type { FilterField } from '@/components/filters';
import { FilteredTable, PAGE_SIZE } from '@/components/table';
import { Ago, Countdown, Moment } from '@/components/Time';
import { useListState } from '@/lib/listState';
import { words } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { AttemptActions } from './AttemptActions';
import { AttemptFacts } from './AttemptPart';
import { InteractionsFrame } from './InteractionsFrame';
import { type Attempt, attemptsQuery } from './queries';

const FIELDS: FilterField[] = [
  { kind: 'account', name: 'account', label: 'Account', by: 'id' },
  {
    kind: 'choice',
    name: 'action',
    label: 'Action',
    options: ['follow', 'like', 'comment', 'view', 'other'].map((value) => ({ value })),
  },
];

const COLUMNS: GridColDef<Attempt>[] = [
  {
    field: 'started_at',
    headerName: 'Began',
    width: 160,
    renderCell: ({ row }) => <Moment at={row.started_at} />,
  },
  {
    field: 'age',
    headerName: 'Age',
    width: 100,
    renderCell: ({ row }) => <Ago at={row.started_at} />,
  },
  { field: 'account', headerName: 'Account', flex: 1, minWidth: 160 },
  { field: 'action', headerName: 'Action', width: 90, valueGetter: (_, row) => words(row.action) },
  {
    field: 'target_username',
    headerName: 'Target',
    flex: 1,
    minWidth: 150,
    valueGetter: (_, row) => `@${row.target_username}`,
  },
  {
    field: 'failure',
    headerName: 'What happened',
    width: 150,
    valueGetter: (_, row) => (row.failure ? words(row.failure) : 'No answer'),
  },
  { field: 'probes', headerName: 'Looks', width: 70, align: 'right', headerAlign: 'right' },
  {
    field: 'next_probe_at',
    headerName: 'Next look',
    width: 110,
    renderCell: ({ row }) =>
      row.next_probe_at ? <Countdown until={row.next_probe_at} /> : 'by a person',
  },
];

/** Acts whose outcome nobody knows: no second tap until somebody or something has looked. */
export function UnknownPage() {
  const list = useListState({ account: 'one', action: 'one' });
  const canSettle = useCan('interactions:write');
  const attempts = useQuery(
    attemptsQuery({
      state: 'unknown',
      account_id: Number(list.filters.account) || null,
      action: list.filters.action,
      limit: PAGE_SIZE,
      cursor: list.cursor,
    }),
  );
  const open = attempts.data?.items.find((attempt) => attempt.id === list.open);
  return (
    <InteractionsFrame tab="unknown">
      <FilteredTable
        name="unknown"
        fields={FIELDS}
        phone={['target_username', 'age']}
        label="Open unknowns"
        query={attempts}
        columns={COLUMNS}
        list={list}
        onOpen={(attempt) => list.setOpen(attempt.id)}
        empty={
          <EmptyState title="Every outcome is known.">
            When an answer is lost on its way, the act waits here. It is never done a second time:
            the network is looked at after 1 min, 10 min, 1 h and 6 h, and then a person is asked.
          </EmptyState>
        }
      />
      <DetailDrawer
        open={open !== undefined}
        onClose={() => list.setOpen(null)}
        title={open && `${words(open.action)} of @${open.target_username}`}
        about={open && `by ${open.account}`}
        actions={
          open &&
          (canSettle ? (
            <AttemptActions attempt={open} />
          ) : (
            <Button onClick={() => list.setOpen(null)}>Close</Button>
          ))
        }
      >
        {open && <AttemptFacts attempt={open} />}
      </DetailDrawer>
    </InteractionsFrame>
  );
}
