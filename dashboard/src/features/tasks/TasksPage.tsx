import type { GridColDef } from '@mui/x-data-grid';
import { useQuery } from '@tanstack/react-query';

import { EmptyState } from '@/components/EmptyState';
import { StateChip } from '@/components/StateChip';
import { FilteredTable, PAGE_SIZE } from '@/components/table';
import type { Task } from '@/lib/api';
import { useListState } from '@/lib/listState';
import { duration } from '@/lib/time';
import { common } from './columns';
import { FIELDS, SHAPE, taskFilterOf } from './filters';
import { tasksQuery } from './queries';
import { subjectOf } from './reading';
import { Standing } from './Standing';
import { TaskDrawer } from './TaskDrawer';
import { CreateButton, TasksFrame } from './TasksFrame';

const COMMON = common<Task>();
const COLUMNS: GridColDef<Task>[] = [
  COMMON.type,
  {
    field: 'subject',
    headerName: 'About',
    flex: 1,
    minWidth: 172,
    valueGetter: (_, row) => subjectOf(row),
  },
  {
    field: 'status',
    headerName: 'Status',
    width: 116,
    renderCell: ({ row }) => <StateChip state={row.status} />,
  },
  {
    field: 'standing',
    headerName: 'How it stands',
    flex: 2,
    minWidth: 220,
    renderCell: ({ row }) => <Standing task={row} />,
  },
  COMMON.priority,
  {
    field: 'worker_account',
    headerName: 'By',
    width: 120,
    valueGetter: (_, row) => row.worker_account ?? '–',
  },
  {
    field: 'batch_id',
    headerName: 'Batch',
    width: 290,
    valueGetter: (_, row) => row.batch_id ?? '–',
  },
  { field: 'attempts', headerName: 'Attempts', width: 84, align: 'right', headerAlign: 'right' },
  {
    field: 'duration',
    headerName: 'Took',
    width: 84,
    align: 'right',
    headerAlign: 'right',
    valueGetter: (_, row) => took(row.metrics.duration),
  },
  COMMON.createdAt,
  COMMON.requestedBy,
  COMMON.id,
];
const HIDDEN = ['worker_account', 'batch_id', 'attempts', 'requested_by', 'id'];

function took(seconds: number | null): string {
  if (seconds === null) return '–';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  return seconds < 10 ? `${seconds.toFixed(1)} s` : duration(seconds);
}

/** Every task that there was, the newest first, whether it stands alone or belongs to a batch. */
export function TasksPage() {
  const list = useListState(SHAPE);
  const tasks = useQuery(
    tasksQuery({ ...taskFilterOf(list.filters), limit: PAGE_SIZE, cursor: list.cursor }),
  );
  return (
    <TasksFrame tab="">
      <FilteredTable
        name="tasks"
        fields={FIELDS}
        phone={['subject', 'status']}
        label="Tasks"
        query={tasks}
        columns={COLUMNS}
        hidden={HIDDEN}
        list={list}
        onOpen={(task) => list.setOpen(task.id)}
        empty={
          <EmptyState title="No task yet." actions={<CreateButton label="Create the first" />}>
            A task is one piece of work that a worker does: validate an account, check a proxy.
            Several at once are a batch.
          </EmptyState>
        }
      />
      <TaskDrawer
        id={list.open}
        known={tasks.data?.items.find(({ id }) => id === list.open)}
        onClose={() => list.setOpen(null)}
      />
    </TasksFrame>
  );
}
