import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';

import { showFieldErrors } from '@/lib/forms';
import { words } from '@/lib/numbers';
import { useAddOperator } from './actions';
import { FormDialog } from './FormDialog';
import { ROLES } from './roles';

interface Person {
  username: string;
  password: string;
  role: (typeof ROLES)[number];
}

const MAY = {
  viewer: 'Sees everything but the audit log and this page, and changes nothing.',
  operator: 'Works with accounts, sessions and the inbox.',
  admin: 'May do everything, also let others in.',
};

export function PersonDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  return open && <PersonForm onClose={onClose} />;
}

function PersonForm({ onClose }: { onClose: () => void }) {
  const add = useAddOperator();
  const [refusal, setRefusal] = useState<string | null>(null);
  const { register, handleSubmit, setError, control, formState } = useForm<Person>({
    defaultValues: { username: '', password: '', role: 'operator' },
  });
  const { errors } = formState;
  const role = useWatch({ control, name: 'role' });
  const submit = handleSubmit(async (person) => {
    try {
      await add.mutateAsync(person);
      onClose();
    } catch (error) {
      setRefusal(showFieldErrors(error, setError, ['username', 'password', 'role']));
    }
  });
  return (
    <FormDialog
      title="Let a person in"
      verb="Let in"
      refusal={refusal}
      isBusy={add.isPending}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
      <TextField
        label="User name"
        autoFocus
        autoComplete="off"
        error={errors.username !== undefined}
        helperText={errors.username?.message}
        {...register('username', { required: 'What is the person called?' })}
      />
      <TextField
        label="First password"
        type="password"
        autoComplete="new-password"
        error={errors.password !== undefined}
        helperText={
          errors.password?.message ?? 'At least 12 characters; to be changed by the person.'
        }
        {...register('password', { required: 'Give them one to begin with.' })}
      />
      <TextField
        select
        label="Role"
        value={role}
        error={errors.role !== undefined}
        helperText={errors.role?.message ?? MAY[role]}
        {...register('role')}
      >
        {ROLES.map((value) => (
          <MenuItem key={value} value={value}>
            {words(value)}
          </MenuItem>
        ))}
      </TextField>
    </FormDialog>
  );
}
