import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';

import { api, data } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { EntranceForm } from './EntranceForm';

interface Credentials {
  username: string;
  password: string;
  totp: string;
}

const FIELDS = ['username', 'password', 'totp'] as const;

/** Where the page goes on by itself once somebody is known: the gate asks again who it is. */
export default function LoginForm({ title }: { title: string }) {
  const client = useQueryClient();
  const [hasCode, setHasCode] = useState(false);
  const form = useForm<Credentials>({ defaultValues: { username: '', password: '', totp: '' } });
  const { register, formState } = form;
  const { errors } = formState;
  const { isBusy, ...sending } = useSending(form, FIELDS, async ({ totp, ...known }) => {
    await data(api.POST('/api/login', { body: { ...known, totp: totp.trim() || null } }));
    await client.invalidateQueries();
  });
  return (
    <EntranceForm title={title} {...sending}>
      <TextField
        label="User name"
        autoFocus
        autoComplete="username"
        {...told(errors.username)}
        {...register('username', { required: 'Who are you?' })}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        {...told(errors.password)}
        {...register('password', { required: 'The password is missing.' })}
      />
      {hasCode && (
        <TextField
          label="Six digits"
          autoFocus
          autoComplete="one-time-code"
          {...told(errors.totp)}
          slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 8 } }}
          {...register('totp')}
        />
      )}
      <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 1 }}>
        <Button onClick={() => setHasCode(!hasCode)} aria-expanded={hasCode}>
          {hasCode ? 'Without a second factor' : 'I have a second factor'}
        </Button>
        <Button type="submit" variant="contained" loading={isBusy}>
          Log in
        </Button>
      </Box>
    </EntranceForm>
  );
}
