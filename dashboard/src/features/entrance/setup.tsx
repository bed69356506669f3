import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { useNavigate, useSearchParams } from 'react-router';

import { ConfirmDialog } from '@/components/ConfirmDialog';
import { TextLink } from '@/components/TextLink';
import { api, data } from '@/lib/api';
import { showFieldErrors } from '@/lib/forms';
import { meQuery } from '@/lib/queries/me';
import { EntrancePage } from './EntrancePage';
import { PasswordStrength } from './PasswordStrength';

interface FirstAdmin {
  code: string;
  username: string;
  password: string;
  again: string;
}

/** The one-time address that the first start prints leads here; it makes the first admin. */
export function Component() {
  const [search] = useSearchParams();
  const client = useQueryClient();
  const navigate = useNavigate();
  const [refusal, setRefusal] = useState<string | null>(null);
  // Whoever is let in without a log-in has a demo, and this ends it.
  const isDemo = useQuery({ ...meQuery(), retry: false }).data?.demo ?? false;
  const [isAsking, setAsking] = useState(false);
  const { register, handleSubmit, setError, getValues, control, formState } = useForm<FirstAdmin>({
    defaultValues: { code: search.get('code') ?? '', username: '', password: '', again: '' },
  });
  const { errors, isSubmitting } = formState;
  const password = useWatch({ control, name: 'password' });

  const make = handleSubmit(async ({ code, username, password }) => {
    setRefusal(null);
    setAsking(false);
    try {
      await data(api.POST('/api/setup', { body: { code: code.trim(), username, password } }));
      await data(api.POST('/api/login', { body: { username, password } }));
      client.clear();
      await navigate('/', { replace: true });
    } catch (error) {
      setRefusal(showFieldErrors(error, setError, ['code', 'username', 'password']));
    }
  });
  // Only what may be sent is worth the question.
  const submit = isDemo ? handleSubmit(() => setAsking(true)) : make;
  return (
    <EntrancePage title="Set up">
      <Box
        component="form"
        noValidate
        onSubmit={(event) => void submit(event)}
        sx={{ p: 3, display: 'grid', gap: 2 }}
      >
        <div>
          <Typography variant="h1">Make the first admin</Typography>
          <Typography variant="body2" color="textSecondary" sx={{ mt: 0.5 }}>
            {isDemo
              ? 'From then on everybody has to log in, and the demo is over for good.'
              : 'They may do everything, and let others in.'}
          </Typography>
        </div>
        {refusal !== null && <Alert severity="error">{refusal}</Alert>}
        <TextField
          label="One-time code"
          autoComplete="off"
          error={errors.code !== undefined}
          helperText={
            errors.code?.message ?? 'Printed by the first start; retinue up prints it again.'
          }
          {...register('code', { required: 'The code is missing.' })}
        />
        <TextField
          label="User name"
          autoFocus
          autoComplete="username"
          error={errors.username !== undefined}
          helperText={errors.username?.message}
          {...register('username', { required: 'Choose a name.' })}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          error={errors.password !== undefined}
          helperText={
            errors.password?.message ??
            (password === '' ? (
              'At least 12 characters, such as four words.'
            ) : (
              <PasswordStrength password={password} />
            ))
          }
          slotProps={{ formHelperText: { component: 'div' } }}
          {...register('password', {
            minLength: { value: 12, message: 'It needs at least 12 characters.' },
            required: 'Choose a password.',
          })}
        />
        <TextField
          label="Password again"
          type="password"
          autoComplete="new-password"
          error={errors.again !== undefined}
          helperText={errors.again?.message}
          {...register('again', {
            validate: (again) => again === getValues('password') || 'The two are not the same.',
          })}
        />
        <Box sx={{ display: 'flex', justifyContent: 'space-between', alignItems: 'center' }}>
          {isDemo ? (
            <TextLink to="/" variant="body2">
              Not now
            </TextLink>
          ) : (
            <span />
          )}
          <Button type="submit" variant="contained" loading={isSubmitting}>
            Make admin
          </Button>
        </Box>
      </Box>
      <ConfirmDialog
        open={isAsking}
        title="End the demo?"
        confirm="End the demo and make the admin"
        typed="end demo"
        isDangerous
        isBusy={isSubmitting}
        onConfirm={() => void make()}
        onClose={() => setAsking(false)}
      >
        From now on everybody logs in, on this machine too. Tokens made in the demo stop working.
        Accounts, sessions and history stay. Nothing brings the demo back.
      </ConfirmDialog>
    </EntrancePage>
  );
}
