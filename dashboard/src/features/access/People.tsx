import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import MoreVert from '@mui/icons-material/MoreVert';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { Ago, Moment } from '@/components/Time';
import type { Model } from '@/lib/api';
import { words } from '@/lib/numbers';
import { useCan, useMe } from '@/lib/queries/me';
import { useRemoveFactor, useSetDisabled, useSetRole } from './actions';
import { PersonDialog } from './PersonDialog';
import { operatorsQuery } from './queries';
import { ROLES } from './roles';

type Operator = Model<'OperatorRead'>;

const COLUMNS: Column<Operator>[] = [
  { label: 'Name', cell: (row) => row.username },
  { label: 'Role', cell: (row) => words(row.role) },
  { label: 'State', cell: (row) => <StateChip state={row.disabled_at ? 'disabled' : 'active'} /> },
  { label: 'Second factor', cell: (row) => (row.has_second_factor ? 'On' : 'Off') },
  { label: 'Last seen', cell: (row) => <Ago at={row.last_seen_at} /> },
  { label: 'Since', cell: (row) => <Moment at={row.created_at} precision="minute" /> },
];

export function People() {
  const operators = useQuery(operatorsQuery());
  const me = useMe();
  // The demo asks nobody who they are, so it lets nobody in either.
  const canChange = useCan('access:write') && me?.kind !== 'local';
  const [isAdding, setAdding] = useState(false);
  const columns: Column<Operator>[] = canChange
    ? [
        ...COLUMNS,
        {
          label: 'Change',
          align: 'right',
          width: 60,
          cell: (row) => <PersonMenu operator={row} />,
        },
      ]
    : COLUMNS;
  return (
    <Section
      title="People"
      about="They log in with a password."
      actions={
        canChange && (
          <Button variant="outlined" onClick={() => setAdding(true)}>
            Let a person in
          </Button>
        )
      }
      flush
    >
      {/* In a demo there is nobody, and the place of the words that say so is kept. */}
      <Box sx={{ minHeight: me?.kind === 'local' ? 160 : 0 }}>
        <AsyncContent
          query={operators}
          rows={2}
          isEmpty={(page) => page.items.length === 0}
          empty={
            <EmptyState title="Nobody has a log-in yet">
              The first one is made with the one-time address that the start prints.
            </EmptyState>
          }
        >
          {(page) => (
            <SimpleTable
              label="People"
              rows={page.items}
              columns={columns}
              rowId={(row) => row.id}
            />
          )}
        </AsyncContent>
      </Box>
      <PersonDialog open={isAdding} onClose={() => setAdding(false)} />
    </Section>
  );
}

function PersonMenu({ operator }: { operator: Operator }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [isRemoving, setRemoving] = useState(false);
  const setRole = useSetRole();
  const setDisabled = useSetDisabled();
  const removeFactor = useRemoveFactor();
  const isOut = operator.disabled_at !== null;
  const then = (act: () => void) => () => {
    setAnchor(null);
    act();
  };
  return (
    <>
      <IconButton
        aria-label={`Change ${operator.username}`}
        aria-haspopup="menu"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        <MoreVert fontSize="small" />
      </IconButton>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {ROLES.filter((role) => role !== operator.role).map((role) => (
          <MenuItem key={role} onClick={then(() => setRole.mutate({ operator, role }))}>
            Make {role}
          </MenuItem>
        ))}
        <MenuItem onClick={then(() => setDisabled.mutate({ operator, disabled: !isOut }))}>
          {isOut ? 'Let in again' : 'Keep out'}
        </MenuItem>
        {operator.has_second_factor && (
          <MenuItem onClick={then(() => setRemoving(true))}>Remove second factor</MenuItem>
        )}
      </Menu>
      <ConfirmDialog
        open={isRemoving}
        title={`Remove the second factor of ${operator.username}?`}
        confirm="Remove second factor"
        isDangerous
        isBusy={removeFactor.isPending}
        onConfirm={() => removeFactor.mutate(operator, { onSettled: () => setRemoving(false) })}
        onClose={() => setRemoving(false)}
      >
        The password alone is enough from then on, until a new one is set up.
      </ConfirmDialog>
    </>
  );
}
