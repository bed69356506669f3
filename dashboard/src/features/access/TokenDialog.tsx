import Alert from '@mui/material/Alert';
import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';

import { CopyText } from '@/components/CopyText';
import { FormDialog } from '@/components/FormDialog';
import type { Account, Model, Scope } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { apiUrl } from '@/lib/location';
import { words } from '@/lib/numbers';
import { useMe } from '@/lib/queries/me';
import { shownNow } from '@/lib/shownClock';
import { AccountsField } from './AccountsField';
import { useIssueToken } from './actions';

interface Wanted {
  name: string;
  role: Model<'Role'>;
  expires_at: string;
  scopes: Scope[];
  account_ids: Account[];
}

const FIELDS = ['name', 'role', 'expires_at', 'scopes', 'account_ids'] as const;
const ROLES: Model<'Role'>[] = ['viewer', 'operator', 'admin', 'bot'];
const LASTS: [days: string, label: string][] = [
  ['1', 'A day'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['', 'Without an end'],
];

function endAfter(days: string): string | null {
  return days === '' ? null : new Date(shownNow() + Number(days) * 86_400_000).toISOString();
}

export function TokenDialog({ onClose }: { onClose: () => void }) {
  const [issued, setIssued] = useState<Model<'TokenIssued'> | null>(null);
  return issued === null ? (
    <TokenForm onIssued={setIssued} onClose={onClose} />
  ) : (
    <Shown issued={issued} onClose={onClose} />
  );
}

interface TokenFormProps {
  onIssued: (issued: Model<'TokenIssued'>) => void;
  onClose: () => void;
}

function TokenForm({ onIssued, onClose }: TokenFormProps) {
  const issue = useIssueToken();
  const me = useMe();
  const form = useForm<Wanted>({
    defaultValues: { name: '', role: 'viewer', expires_at: '90', scopes: [], account_ids: [] },
  });
  const { register, control, formState } = form;
  const { errors } = formState;
  const [role, lasts] = useWatch({ control, name: ['role', 'expires_at'] });
  const sending = useSending(form, FIELDS, async ({ scopes, account_ids, ...wanted }) =>
    onIssued(
      await issue.mutateAsync({
        name: wanted.name.trim(),
        role: wanted.role,
        expires_at: endAfter(wanted.expires_at),
        scopes: scopes.length > 0 ? scopes : null,
        account_ids: account_ids.length > 0 ? account_ids.map(({ id }) => id) : null,
      }),
    ),
  );
  return (
    <FormDialog title="Make a token" verb="Make token" {...sending} onClose={onClose}>
      <TextField
        label="Name"
        autoFocus
        autoComplete="off"
        {...told(errors.name, 'What uses it, such as the nightly report.')}
        {...register('name', { required: 'Give it a name, so that it is known later.' })}
      />
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2 }}>
        <TextField select label="Role" value={role} {...told(errors.role)} {...register('role')}>
          {ROLES.map((value) => (
            <MenuItem key={value} value={value}>
              {words(value)}
            </MenuItem>
          ))}
        </TextField>
        <TextField
          select
          label="Lasts"
          value={lasts}
          {...told(errors.expires_at)}
          slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
          {...register('expires_at')}
        >
          {LASTS.map(([days, label]) => (
            <MenuItem key={days} value={days}>
              {label}
            </MenuItem>
          ))}
        </TextField>
      </Box>
      <Controller
        control={control}
        name="scopes"
        render={({ field }) => (
          <Autocomplete
            multiple
            size="small"
            options={me?.scopes.filter((scope) => scope !== 'own') ?? []}
            value={field.value}
            onChange={(_, scopes) => field.onChange(scopes)}
            disableCloseOnSelect
            renderInput={(params) => (
              <TextField
                {...params}
                label="Only these scopes"
                {...told(errors.scopes, 'Empty: all that the role has.')}
              />
            )}
          />
        )}
      />
      <Controller
        control={control}
        name="account_ids"
        render={({ field }) => (
          <AccountsField
            value={field.value}
            onChange={field.onChange}
            error={errors.account_ids?.message}
          />
        )}
      />
    </FormDialog>
  );
}

function Shown({ issued, onClose }: { issued: Model<'TokenIssued'>; onClose: () => void }) {
  const curl = `curl -H 'Authorization: Bearer ${issued.token}' ${apiUrl('/api/me')}`;
  return (
    // Only the button closes it: a click beside it would lose the token.
    <Dialog open maxWidth="sm" fullWidth aria-labelledby="issued-title">
      <DialogTitle id="issued-title">The token {issued.name}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Alert severity="warning">
          It is shown this once. Copy it now; only its fingerprint is kept here.
        </Alert>
        <Box sx={{ p: 1.5, border: 1, borderColor: 'divider', borderRadius: 1 }}>
          <CopyText text={issued.token} />
        </Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
          To try it:
          <br />
          <CopyText text={curl} />
        </Box>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose}>
          I have copied it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
