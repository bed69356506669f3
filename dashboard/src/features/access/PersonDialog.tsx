import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useForm, useWatch } from 'react-hook-form';

import { FormDialog } from '@/components/FormDialog';
import { told, useSending } from '@/lib/forms';
import { words } from '@/lib/numbers';
import { useAddOperator } from './actions';
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
  const form = useForm<Person>({ defaultValues: { username: '', password: '', role: 'operator' } });
  const { errors } = form.formState;
  const role = useWatch({ control: form.control, name: 'role' });
  const sending = useSending(form, ['username', 'password', 'role'], async (person) => {
    await add.mutateAsync(person);
    onClose();
  });
  return (
    <FormDialog title="Let a person in" verb="Let in" {...sending} onClose={onClose}>
      <TextField
        label="User name"
        autoFocus
        autoComplete="off"
        {...told(errors.username)}
        {...form.register('username', { required: 'What is the person called?' })}
      />
      <TextField
        label="First password"
        type="password"
        autoComplete="new-password"
        {...told(errors.password, 'At least 12 characters; to be changed by the person.')}
        {...form.register('password', { required: 'Give them one to begin with.' })}
      />
      <TextField
        select
        label="Role"
        value={role}
        {...told(errors.role, MAY[role])}
        {...form.register('role')}
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
