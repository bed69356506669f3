import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';

import { AccountsPicker } from '@/components/AccountsPicker';
import { FormDialog } from '@/components/FormDialog';
import { IssuedDialog } from '@/components/IssuedDialog';
import { LifetimeField } from '@/components/LifetimeField';
import type { Account, Model, Scope } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { endAfter, type Lifetime, LIFETIMES } from '@/lib/lifetimes';
import { apiUrl } from '@/lib/location';
import { words } from '@/lib/numbers';
import { useMe } from '@/lib/queries/me';
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
const LASTS: Lifetime[] = [['1', 'A day'], ...LIFETIMES];

export function TokenDialog({ onClose }: { onClose: () => void }) {
  const [issued, setIssued] = useState<Model<'TokenIssued'> | null>(null);
  return issued === null ? (
    <TokenForm onIssued={setIssued} onClose={onClose} />
  ) : (
    <IssuedDialog
      title={`The token ${issued.name}`}
      token={issued.token}
      about="To try it:"
      command={`curl -H 'Authorization: Bearer ${issued.token}' ${apiUrl('/api/me')}`}
      onClose={onClose}
    />
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
        <LifetimeField
          label="Lasts"
          choices={LASTS}
          value={lasts}
          {...told(errors.expires_at)}
          {...register('expires_at')}
        />
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
          <AccountsPicker
            label="Only these accounts"
            hint="Empty: all accounts."
            value={field.value}
            onChange={field.onChange}
            error={errors.account_ids?.message}
          />
        )}
      />
    </FormDialog>
  );
}
