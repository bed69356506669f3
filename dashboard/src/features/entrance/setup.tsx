import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useNavigate, useSearchParams } from 'react-router';

import { TextLink } from '@/components/TextLink';
import { api, data } from '@/lib/api';
import { showFieldErrors } from '@/lib/forms';
import { EntrancePage } from './EntrancePage';

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
  const { register, handleSubmit, setError, getValues, formState } = useForm<FirstAdmin>({
    defaultValues: { code: search.get('code') ?? '', username: '', password: '', again: '' },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async ({ code, username, password }) => {
    setRefusal(null);
    try {
      await data(api.POST('/api/setup', { body: { code: code.trim(), username, password } }));
      await data(api.POST('/api/login', { body: { username, password } }));
      client.clear();
      await navigate('/', { replace: true });
    } catch (error) {
      setRefusal(showFieldErrors(error, setError, ['code', 'username', 'password']));
    }
  });
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
            From then on everybody has to log in, and the demo is over for good.
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
            'At least 12 characters. Four unrelated words are a good one.'
          }
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
          <TextLink to="/" variant="body2">
            Not now
          </TextLink>
          <Button type="submit" variant="contained" loading={isSubmitting}>
            Make admin
          </Button>
        </Box>
      </Box>
    </EntrancePage>
  );
}
