import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';

import { api, data } from '@/lib/api';
import { showFieldErrors } from '@/lib/forms';

interface Credentials {
  username: string;
  password: string;
  totp: string;
}

/** Where the page goes on by itself once somebody is known: the gate asks again who it is. */
export default function LoginForm({ title }: { title: string }) {
  const client = useQueryClient();
  const [refusal, setRefusal] = useState<string | null>(null);
  const [hasCode, setHasCode] = useState(false);
  const { register, handleSubmit, setError, formState } = useForm<Credentials>({
    defaultValues: { username: '', password: '', totp: '' },
  });
  const { errors, isSubmitting } = formState;

  const submit = handleSubmit(async ({ username, password, totp }) => {
    setRefusal(null);
    try {
      await data(
        api.POST('/api/login', { body: { username, password, totp: totp.trim() || null } }),
      );
      await client.invalidateQueries();
    } catch (error) {
      setRefusal(showFieldErrors(error, setError, ['username', 'password', 'totp']));
    }
  });
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event) => void submit(event)}
      sx={{ p: 3, display: 'grid', gap: 2 }}
    >
      <Typography variant="h1">{title}</Typography>
      {refusal !== null && <Alert severity="error">{refusal}</Alert>}
      <TextField
        label="User name"
        autoFocus
        autoComplete="username"
        error={errors.username !== undefined}
        helperText={errors.username?.message}
        {...register('username', { required: 'Who are you?' })}
      />
      <TextField
        label="Password"
        type="password"
        autoComplete="current-password"
        error={errors.password !== undefined}
        helperText={errors.password?.message}
        {...register('password', { required: 'The password is missing.' })}
      />
      {hasCode && (
        <TextField
          label="Six digits"
          autoFocus
          autoComplete="one-time-code"
          error={errors.totp !== undefined}
          helperText={errors.totp?.message}
          slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 8 } }}
          {...register('totp')}
        />
      )}
      <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 1 }}>
        <Button onClick={() => setHasCode(!hasCode)} aria-expanded={hasCode}>
          {hasCode ? 'Without a second factor' : 'I have a second factor'}
        </Button>
        <Button type="submit" variant="contained" loading={isSubmitting}>
          Log in
        </Button>
      </Box>
    </Box>
  );
}
