import Box from '@mui/material/Box';
import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from 'react-router';

import { EmptyState } from '@/components/EmptyState';
import type { FilterField } from '@/components/filters';
import { Shares } from '@/components/Shares';
import { StateChip } from '@/components/StateChip';
import { FilteredTable, PAGE_SIZE } from '@/components/table';
import { Ago } from '@/components/Time';
import type { Batch, TaskType } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { count } from '@/lib/numbers';
import { batchesQuery } from '@/lib/queries/tasks';
import { batchName, endedOf } from '@/lib/tasks';
import { common } from './columns';
import { TYPES } from './filters';
import { stateOf } from './stateOf';
import { CreateButton, TasksFrame } from './TasksFrame';

const FIELDS: FilterField[] = [
  { kind: 'choice', name: 'type', label: 'Type', options: TYPES },
  {
    kind: 'choice',
    name: 'open',
    label: 'State',
    options: [
      { value: 'true', label: 'Still to do' },
      { value: 'false', label: 'Ended' },
    ],
  },
];

const COMMON = common<Batch>();
const COLUMNS: GridColDef<Batch>[] = [
  {
    field: 'name',
    headerName: 'Batch',
    flex: 1,
    minWidth: 160,
    valueGetter: (_, row) => batchName(row),
  },
  COMMON.type,
  {
    field: 'state',
    headerName: 'State',
    width: 116,
    renderCell: ({ row }) => <StateChip state={stateOf(row)} />,
  },
  {
    field: 'progress',
    headerName: 'Progress',
    flex: 1.2,
    minWidth: 200,
    renderCell: ({ row }) => (
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, height: 1, width: 1 }}>
        <Shares label={`Progress of ${batchName(row)}`} counts={row.counts} />
        <Box component="span" sx={{ flexShrink: 0, minWidth: 76, textAlign: 'right' }}>
          {count(endedOf(row))} of {count(row.size)}
        </Box>
      </Box>
    ),
  },
  {
    field: 'failed',
    headerName: 'Failed',
    width: 74,
    align: 'right',
    headerAlign: 'right',
    valueGetter: (_, row) => count(row.counts.failed),
  },
  COMMON.priority,
  COMMON.createdAt,
  {
    field: 'finished_at',
    headerName: 'Ended',
    width: 100,
    renderCell: ({ row }) => <Ago at={row.finished_at} none="–" />,
  },
  COMMON.requestedBy,
  COMMON.id,
];
const HIDDEN = ['requested_by', 'id'];

/** Work that was asked for at once, the newest first. */
export function BatchesPage() {
  const list = useListState({ type: 'one', open: 'one' });
  const navigate = useNavigate();
  const { type, open } = list.filters;
  const batches = useQuery(
    batchesQuery({
      type: type as TaskType | null,
      open: open === null ? null : open === 'true',
      limit: PAGE_SIZE,
      cursor: list.cursor,
    }),
  );
  return (
    <TasksFrame tab="batches">
      <FilteredTable
        name="batches"
        fields={FIELDS}
        phone={['name', 'progress']}
        label="Batches"
        query={batches}
        columns={COLUMNS}
        hidden={HIDDEN}
        list={list}
        onOpen={(batch) => void navigate(`/tasks/batches/${batch.id}`)}
        empty={
          <EmptyState title="No batch yet." actions={<CreateButton label="Create a batch" />}>
            A batch is up to a thousand tasks of one type. It shows how far they are, what failed
            and why, and gives the results as a file.
          </EmptyState>
        }
      />
    </TasksFrame>
  );
}
