import Box from '@mui/material/Box';
import Button from '@mui/material/Button';

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
  const columns: Column<AccountState>[] = [
    {
      label: 'Account',
      width: 230,
      cell: (row) => (
        <TextLink to={`/accounts/${row.account_id}`} title={row.account} sx={cut}>
          {row.account}
        </TextLink>
      ),
    },
    {
      label: 'State',
      width: 150,
      cell: (row) => (
        <StateChip
          state={row.paused ? 'paused' : state === 'error' ? row.health : row.state}
          hint={row.pause_reason}
        />
      ),
    },
    {
      label: 'Goes on in',
      width: 110,
      cell: (row) =>
        row.cooldown_until || row.backoff_until ? (
          <Countdown until={row.cooldown_until ?? row.backoff_until} />
        ) : (
          '–'
        ),
    },
    {
      label: 'Rate limits in a row',
      width: 130,
      align: 'right',
      cell: (row) => count(row.consecutive_rate_limits),
    },
    {
      label: 'Errors',
      width: 90,
      align: 'right',
      cell: (row) =>
        row.error_count === 0 ? (
          '0'
        ) : (
          <Button
            color="primary"
            onClick={() => onErrors(row)}
            aria-label={`Errors of ${row.account}`}
            sx={{ minHeight: 24, minWidth: 0, px: 0.75 }}
          >
            {count(row.error_count)}
          </Button>
        ),
    },
    { label: 'Last error', cell: (row) => <LastError row={row} /> },
    { label: 'Pause', width: 100, align: 'right', cell: (row) => <PauseSwitch row={row} /> },
  ];
  return (
    <SimpleTable
      label={`Accounts: ${words(state).toLowerCase()}`}
      rows={rows}
      columns={columns}
      rowId={(row) => row.account_id}
    />
  );
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
