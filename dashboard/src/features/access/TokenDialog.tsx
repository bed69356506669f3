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
import type { Account, Model, Scope } from '@/lib/api';
import { showFieldErrors } from '@/lib/forms';
import { apiUrl } from '@/lib/location';
import { words } from '@/lib/numbers';
import { useMe } from '@/lib/queries/me';
import { AccountsField } from './AccountsField';
import { useIssueToken } from './actions';
import { FormDialog } from './FormDialog';

interface Wanted {
  name: string;
  role: Model<'Role'>;
  expires_at: string;
  scopes: Scope[];
  account_ids: Account[];
}

const ROLES: Model<'Role'>[] = ['viewer', 'operator', 'admin', 'bot'];
const LASTS: [days: string, label: string][] = [
  ['1', 'A day'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['', 'Without an end'],
];

function endAfter(days: string): string | null {
  return days === '' ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString();
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
  const [refusal, setRefusal] = useState<string | null>(null);
  const { register, handleSubmit, setError, control, formState } = useForm<Wanted>({
    defaultValues: { name: '', role: 'viewer', expires_at: '90', scopes: [], account_ids: [] },
  });
  const { errors } = formState;
  const [role, lasts] = useWatch({ control, name: ['role', 'expires_at'] });
  const submit = handleSubmit(async ({ name, role, expires_at: days, scopes, account_ids }) => {
    try {
      onIssued(
        await issue.mutateAsync({
          name: name.trim(),
          role,
          expires_at: endAfter(days),
          scopes: scopes.length > 0 ? scopes : null,
          account_ids: account_ids.length > 0 ? account_ids.map(({ id }) => id) : null,
        }),
      );
    } catch (error) {
      const fields = ['name', 'role', 'expires_at', 'scopes', 'account_ids'] as const;
      setRefusal(showFieldErrors(error, setError, fields));
    }
  });
  return (
    <FormDialog
      title="Make a token"
      verb="Make token"
      refusal={refusal}
      isBusy={issue.isPending}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label="Name"
        autoFocus
        autoComplete="off"
        error={errors.name !== undefined}
        helperText={errors.name?.message ?? 'What uses it, such as the nightly report.'}
        {...register('name', { required: 'Give it a name, so that it is known later.' })}
      />
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2 }}>
        <TextField
          select
          label="Role"
          value={role}
          error={errors.role !== undefined}
          helperText={errors.role?.message}
          {...register('role')}
        >
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
          error={errors.expires_at !== undefined}
          helperText={errors.expires_at?.message}
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
                error={errors.scopes !== undefined}
                helperText={errors.scopes?.message ?? 'Empty: all that the role has.'}
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
