import type { GridColDef } from '@mui/x-data-grid';
import Tooltip from '@mui/material/Tooltip';

import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago } from '@/components/Time';
import type { Account } from '@/lib/api';
import { evidenceText } from '../evidence';

// Plain styles: a page of the grid has hundreds of cells, and a theme's would be worked out for each.
const LOGIN = { color: 'var(--rt-palette-text-primary)', fontWeight: 550 } as const;
const SIDE_BY_SIDE = {
  display: 'inline-flex',
  gap: 4,
  alignItems: 'center',
  height: '100%',
} as const;
const LABELS = { display: 'flex', gap: 4 } as const;
const FIRST_LABEL = { overflow: 'hidden', textOverflow: 'ellipsis' } as const;
const OTHER_LABELS = { color: 'var(--rt-palette-text-secondary)', flexShrink: 0 } as const;

export const HIDDEN = ['email', 'kind', 'network', 'timezone', 'created_at'];

export const COLUMNS: GridColDef<Account>[] = [
  { field: 'account_no', headerName: 'Number', width: 88, sortable: true },
  {
    field: 'login',
    headerName: 'Login',
    flex: 1,
    minWidth: 172,
    sortable: true,
    renderCell: ({ row }) => (
      <TextLink
        to={`/accounts/${row.id}`}
        tabIndex={-1}
        title={row.login}
        onClick={(event) => event.stopPropagation()}
        style={LOGIN}
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
    width: 124,
    renderCell: ({ row }) => <StateChip state={row.lifecycle} />,
  },
  {
    field: 'health',
    headerName: 'Health',
    width: 184,
    renderCell: ({ row }) => (
      <span style={SIDE_BY_SIDE}>
        <StateChip state={row.health} hint={evidenceText(row.health_evidence)} />
        {row.paused && <StateChip state="paused" hint={row.pause_reason} />}
      </span>
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
    width: 112,
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
    width: 82,
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
  const [first, ...others] = labels;
  if (first === undefined) return '–';
  return (
    <Tooltip title={labels.join(', ')}>
      <span style={LABELS}>
        <span style={FIRST_LABEL}>{first}</span>
        {others.length > 0 && <span style={OTHER_LABELS}>+{others.length}</span>}
      </span>
    </Tooltip>
  );
}
