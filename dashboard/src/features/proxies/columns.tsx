import Box from '@mui/material/Box';
import type { GridColDef } from '@mui/x-data-grid';

import type { FilterField } from '@/components/filters';
import { StateChip } from '@/components/StateChip';
import { Ago } from '@/components/Time';
import { count } from '@/lib/numbers';
import type { Proxy } from './queries';
import { addressOf, boundOf } from './reading';

export const FIELDS: FilterField[] = [
  { kind: 'search', name: 'search', label: 'Name, host or provider' },
  {
    kind: 'choice',
    name: 'state',
    label: 'State',
    options: ['up', 'failing', 'down', 'unchecked'].map((value) => ({ value })),
  },
  { kind: 'text', name: 'pool', label: 'Pool' },
  { kind: 'text', name: 'label', label: 'Label' },
  {
    kind: 'choice',
    name: 'scheme',
    label: 'Scheme',
    options: ['http', 'https', 'socks5'].map((value) => ({ value, label: value })),
  },
  {
    kind: 'choice',
    name: 'flapping',
    label: 'Steadiness',
    options: [
      { value: 'true', label: 'Comes and goes' },
      { value: 'false', label: 'Steady' },
    ],
  },
];

/** How it is, and that it comes and goes. */
export function ProxyStates({ proxy }: { proxy: Proxy }) {
  return (
    <Box component="span" sx={{ display: 'inline-flex', gap: 0.5, verticalAlign: 'middle' }}>
      <StateChip state={proxy.state} hint={proxy.message} />
      {proxy.is_flapping && (
        <StateChip state="flapping" hint="Three changes or more within an hour." />
      )}
    </Box>
  );
}

export const COLUMNS: GridColDef<Proxy>[] = [
  {
    field: 'state',
    headerName: 'State',
    width: 172,
    renderCell: ({ row }) => <ProxyStates proxy={row} />,
  },
  {
    field: 'name',
    headerName: 'Name',
    flex: 1,
    minWidth: 110,
    valueGetter: (_, row) => row.name ?? '–',
  },
  {
    field: 'address',
    headerName: 'Address',
    flex: 1.4,
    minWidth: 176,
    valueGetter: (_, row) => addressOf(row),
  },
  { field: 'pool', headerName: 'Pool', width: 100, valueGetter: (_, row) => row.pool ?? '–' },
  {
    field: 'provider',
    headerName: 'Provider',
    width: 120,
    valueGetter: (_, row) => row.provider ?? '–',
  },
  {
    field: 'accounts',
    headerName: 'Accounts',
    width: 86,
    align: 'right',
    headerAlign: 'right',
    valueGetter: (_, row) => boundOf(row),
  },
  {
    field: 'milliseconds',
    headerName: 'Takes',
    width: 76,
    align: 'right',
    headerAlign: 'right',
    valueGetter: (_, row) => (row.milliseconds === null ? '–' : `${count(row.milliseconds)} ms`),
  },
  {
    field: 'exit_address',
    headerName: 'Leads out at',
    width: 120,
    valueGetter: (_, row) => row.exit_address ?? '–',
  },
  {
    field: 'checked_at',
    headerName: 'Checked',
    width: 96,
    renderCell: ({ row }) => <Ago at={row.checked_at} />,
  },
  {
    field: 'labels',
    headerName: 'Labels',
    width: 140,
    valueGetter: (_, row) => row.labels.join(', ') || '–',
  },
];
