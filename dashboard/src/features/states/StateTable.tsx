import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import useMediaQuery from '@mui/material/useMediaQuery';

import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago, Countdown } from '@/components/Time';
import type { AccountState } from '@/lib/api';
import { count, words } from '@/lib/numbers';
import { PauseSwitch } from './PauseSwitch';
import type { Shown } from './queries';

interface StateTableProps {
  state: Shown;
  rows: AccountState[];
  onErrors: (row: AccountState) => void;
}

const cut = {
  display: 'block',
  maxWidth: 220,
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
} as const;

export function StateTable({ state, rows, onErrors }: StateTableProps) {
  const isNarrow = useMediaQuery((theme) => theme.breakpoints.down('sm'), { noSsr: true });
  const columns = isNarrow ? NARROW : WIDE;
  return (
    <SimpleTable
      label={`Accounts: ${words(state).toLowerCase()}`}
      rows={rows}
      columns={columns({ state, onErrors })}
      rowId={(row) => row.account_id}
    />
  );
}

type Shared = Pick<StateTableProps, 'state' | 'onErrors'>;

const WIDE = (shared: Shared): Column<AccountState>[] => [
  { label: 'Account', width: 230, cell: (row) => <Name row={row} /> },
  { label: 'State', width: 150, cell: (row) => <Standing row={row} state={shared.state} /> },
  { label: 'Goes on in', width: 110, cell: (row) => <GoesOn row={row} none="–" /> },
  {
    label: 'Rate limits in a row',
    width: 130,
    align: 'right',
    cell: (row) => count(row.consecutive_rate_limits),
  },
  errorsColumn(shared),
  { label: 'Last error', cell: (row) => <LastError row={row} /> },
  PAUSE,
];

/** In a narrow window the state stands below the name, so that the button is in sight. */
const NARROW = (shared: Shared): Column<AccountState>[] => [
  {
    label: 'Account',
    cell: (row) => (
      <Box sx={{ display: 'grid', gap: 0.5, py: 0.25 }}>
        <Name row={row} />
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
          <Standing row={row} state={shared.state} />
          <GoesOn row={row} />
        </Box>
      </Box>
    ),
  },
  errorsColumn(shared),
  PAUSE,
];

const PAUSE: Column<AccountState> = {
  label: 'Pause',
  width: 90,
  align: 'right',
  cell: (row) => <PauseSwitch row={row} />,
};

function errorsColumn({ onErrors }: Shared): Column<AccountState> {
  return {
    label: 'Errors',
    width: 70,
    align: 'right',
    cell: (row) =>
      row.error_count === 0 ? (
        '0'
      ) : (
        <Button
          color="primary"
          onClick={() => onErrors(row)}
          aria-label={`Errors of ${row.account}`}
          sx={{ minHeight: 24, minWidth: 0, px: 0.75, mr: -0.75 }}
        >
          {count(row.error_count)}
        </Button>
      ),
  };
}

function Name({ row }: { row: AccountState }) {
  return (
    <TextLink to={`/accounts/${row.account_id}`} title={row.account} sx={cut}>
      {row.account}
    </TextLink>
  );
}

function Standing({ row, state }: { row: AccountState; state: Shown }) {
  return (
    <StateChip
      state={row.paused ? 'paused' : state === 'error' ? row.health : row.state}
      hint={row.pause_reason}
    />
  );
}

function GoesOn({ row, none }: { row: AccountState; none?: string }) {
  const until = row.cooldown_until ?? row.backoff_until;
  return until ? <Countdown until={until} /> : none;
}

function LastError({ row }: { row: AccountState }) {
  const error = row.last_error;
  if (error === null) return '–';
  return (
    <Box sx={{ display: 'flex', gap: 1, minWidth: 0, whiteSpace: 'nowrap' }}>
      <span title={error.message}>
        {words(error.failure)}, {words(error.phase).toLowerCase()}
      </span>
      <Box component="span" sx={{ color: 'text.secondary' }}>
        <Ago at={error.at} />
      </Box>
    </Box>
  );
}
