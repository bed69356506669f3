import type { GridColDef } from '@mui/x-data-grid';
import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';

import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago } from '@/components/Time';
import type { Account } from '@/lib/api';
import { evidenceText } from '../evidence';

export const HIDDEN = ['email', 'kind', 'network', 'timezone', 'created_at'];

export const COLUMNS: GridColDef<Account>[] = [
  { field: 'account_no', headerName: 'Number', width: 94, sortable: true },
  {
    field: 'login',
    headerName: 'Login',
    flex: 1,
    minWidth: 186,
    sortable: true,
    renderCell: ({ row }) => (
      <TextLink
        to={`/accounts/${row.id}`}
        tabIndex={-1}
        title={row.login}
        onClick={(event) => event.stopPropagation()}
        sx={{ color: 'text.primary', fontWeight: 550 }}
      >
        {row.login}
      </TextLink>
    ),
  },
  { field: 'email', headerName: 'Address', flex: 1, minWidth: 180 },
  { field: 'network', headerName: 'Network', width: 100 },
  { field: 'kind', headerName: 'Kind', width: 90 },
  {
    field: 'lifecycle',
    headerName: 'Lifecycle',
    width: 116,
    renderCell: ({ row }) => <StateChip state={row.lifecycle} />,
  },
  {
    field: 'health',
    headerName: 'Health',
    width: 188,
    renderCell: ({ row }) => (
      <Box sx={{ display: 'inline-flex', gap: 0.5, alignItems: 'center', height: '100%' }}>
        <StateChip state={row.health} hint={evidenceText(row.health_evidence)} />
        {row.paused && <StateChip state="paused" hint={row.pause_reason} />}
      </Box>
    ),
  },
  {
    field: 'persona',
    headerName: 'Persona',
    width: 100,
    valueGetter: (_, row) => row.persona?.name ?? '–',
  },
  {
    field: 'labels',
    headerName: 'Labels',
    width: 92,
    renderCell: ({ row }) => <Labels labels={row.labels} />,
  },
  { field: 'timezone', headerName: 'Time zone', width: 140 },
  {
    field: 'validation_status',
    headerName: 'Validation',
    width: 118,
    renderCell: ({ row }) => <StateChip state={row.validation_status} />,
  },
  {
    field: 'last_validation',
    headerName: 'Validated',
    width: 86,
    sortable: true,
    renderCell: ({ row }) => <Ago at={row.last_validated_at} />,
  },
  {
    field: 'created_at',
    headerName: 'Added',
    width: 100,
    sortable: true,
    renderCell: ({ row }) => <Ago at={row.created_at} />,
  },
];

function Labels({ labels }: { labels: string[] }) {
  if (labels.length === 0) return '–';
  const text = labels.join(', ');
  return (
    <Tooltip title={labels.length > 1 ? text : ''}>
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>
        {text}
      </Box>
    </Tooltip>
  );
}
