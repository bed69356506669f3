import type { GridColDef } from '@mui/x-data-grid';

import { Ago } from '@/components/Time';
import type { Batch, Task } from '@/lib/api';
import { priorityName, typeName } from '@/lib/tasks';

/** The columns that tasks and batches have in common, by their field. */
export function common<Row extends Task | Batch>() {
  return {
    type: {
      field: 'type',
      headerName: 'Type',
      width: 150,
      valueGetter: (_, row) => typeName(row.type),
    },
    priority: {
      field: 'priority',
      headerName: 'Priority',
      width: 84,
      valueGetter: (_, row) => priorityName(row.priority),
    },
    createdAt: {
      field: 'created_at',
      headerName: 'Asked for',
      width: 100,
      renderCell: ({ row }) => <Ago at={row.created_at} />,
    },
    requestedBy: { field: 'requested_by', headerName: 'Asked by', width: 140 },
    id: { field: 'id', headerName: 'Id', width: 290 },
  } satisfies Record<string, GridColDef<Row>>;
}
