import Box from '@mui/material/Box';
import type { GridColDef } from '@mui/x-data-grid';

import { StateChip } from '@/components/StateChip';
import { Ago } from '@/components/Time';
import type { Row } from './queries';
import { LOOK_NAMES, PHASE_NAMES, PHASES } from './reading';
import { PhaseMark } from './Track';

const phases = PHASES.map((phase, at): GridColDef<Row> => ({
  field: phase,
  headerName: PHASE_NAMES[phase],
  width: phase === 'highlight' ? 86 : 66,
  align: 'center',
  headerAlign: 'center',
  renderCell: ({ row }) => {
    const step = row.phases[at];
    return step && <PhaseMark step={step} row={row} />;
  },
}));

/** What happens next with an account, or what keeps it from happening. */
export function Next({ row }: { row: Row }) {
  if (row.hold) return <StateChip state="on_hold" hint={row.hold.reason} label="On hold" />;
  if (row.lifecycle === 'ready') return row.persona ? 'Can begin' : 'Needs a persona first';
  if (row.lifecycle === 'active') return 'Done';
  if (row.phase === null) return 'All completed';
  if (row.status === 'requires_review') return <StateChip state="requires_review" />;
  const name = PHASE_NAMES[row.phase];
  const missing = row.phases.find(({ phase }) => phase === row.phase)?.content_missing_at;
  if (missing && row.status === 'available')
    return <StateChip state="warning" label="No content left" hint={`For ${name.toLowerCase()}`} />;
  if (row.next_available_at !== null) {
    return (
      <span>
        {name} <Ago at={row.next_available_at} />
        {row.status === 'failed' && ', again'}
      </span>
    );
  }
  return `${name}: ${row.status === null ? '' : LOOK_NAMES[row.status].toLowerCase()}`;
}

export const COLUMNS: GridColDef<Row>[] = [
  { field: 'login', headerName: 'Account', flex: 1, minWidth: 168 },
  {
    field: 'persona',
    headerName: 'Persona',
    width: 92,
    valueGetter: (_, row) => row.persona?.name ?? '–',
  },
  {
    field: 'lifecycle',
    headerName: 'Stage',
    width: 122,
    renderCell: ({ row }) => <StateChip state={row.lifecycle} />,
  },
  ...phases,
  {
    field: 'next',
    headerName: 'Next',
    flex: 1,
    minWidth: 150,
    renderCell: ({ row }) => <Next row={row} />,
  },
  {
    field: 'held_by',
    headerName: 'With',
    width: 84,
    renderCell: ({ row }) =>
      row.held_by && (
        <Box component="span" title={row.held_by}>
          {row.held_by}
        </Box>
      ),
  },
  { field: 'account_no', headerName: 'Number', width: 112 },
  { field: 'network', headerName: 'Network', width: 100 },
];

export const HIDDEN = ['account_no', 'network'];
export const PHONE = ['login', 'next'];
