import Box from '@mui/material/Box';
import type { GridColDef } from '@mui/x-data-grid';

import { StateChip } from '@/components/StateChip';
import { Ago } from '@/components/Time';
import { count } from '@/lib/numbers';
import { LastRead, NextRead } from './Freshness';
import type { Monitor } from './queries';
import { KIND_NAMES, metricName, METRICS, sourceName, subjectName } from './reading';

/** The count at a place of its kind's list, with its name, since people and posts stand in one list. */
function counted(
  place: 0 | 1 | 2,
  width: number,
): Pick<GridColDef<Monitor>, 'renderCell' | 'width'> {
  return {
    width,
    renderCell: ({ row }) => {
      const metric = METRICS[row.kind][place];
      return (
        <Box component="span" sx={{ fontVariantNumeric: 'tabular-nums' }}>
          {count(row.counts[metric])}{' '}
          <Box component="span" sx={{ color: 'text.secondary' }}>
            {metricName(metric).toLowerCase()}
          </Box>
        </Box>
      );
    },
  };
}

export const COLUMNS: GridColDef<Monitor>[] = [
  {
    field: 'subject',
    headerName: 'Who or what',
    flex: 1,
    minWidth: 140,
    sortable: true,
    valueGetter: (_, row) => subjectName(row),
  },
  { field: 'kind', headerName: 'Kind', width: 76, valueGetter: (_, row) => KIND_NAMES[row.kind] },
  {
    field: 'status',
    headerName: 'Status',
    width: 104,
    renderCell: ({ row }) => <StateChip state={row.status} hint={row.last_error?.message} />,
  },
  { field: 'count', headerName: 'Count', align: 'right', headerAlign: 'right', ...counted(0, 160) },
  { field: 'second', headerName: 'Second count', ...counted(1, 150) },
  { field: 'third', headerName: 'Third count', ...counted(2, 150) },
  {
    field: 'last_success_at',
    headerName: 'Read',
    width: 152,
    renderCell: ({ row }) => <LastRead monitor={row} />,
  },
  {
    field: 'counts_source',
    headerName: 'At',
    width: 88,
    valueGetter: (_, row) => (row.counts_source === null ? '–' : sourceName(row.counts_source)),
  },
  {
    field: 'due',
    headerName: 'Next',
    width: 84,
    sortable: true,
    renderCell: ({ row }) => <NextRead monitor={row} />,
  },
  {
    field: 'interval',
    headerName: 'Every',
    width: 68,
    valueGetter: (_, row) => row.interval,
  },
  {
    field: 'strange',
    headerName: 'Unusual',
    width: 112,
    renderCell: ({ row }) =>
      row.strange.length > 0 && (
        <StateChip
          state="warning"
          label={row.strange.map(metricName).join(', ')}
          hint="It moves unlike itself; a second reading has confirmed it."
        />
      ),
  },
  {
    field: 'last_error',
    headerName: 'Last error',
    flex: 1,
    minWidth: 200,
    valueGetter: (_, row) => row.last_error?.message ?? '',
  },
  {
    field: 'created',
    headerName: 'Watched since',
    width: 124,
    sortable: true,
    renderCell: ({ row }) => <Ago at={row.created_at} />,
  },
];

export const HIDDEN = ['second', 'third', 'last_error', 'created', 'kind'];
export const PHONE = ['subject', 'count', 'last_success_at'];
