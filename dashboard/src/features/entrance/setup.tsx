import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm, useWatch } from 'react-hook-form';
import { useNavigate, useSearchParams } from 'react-router';

import { ConfirmDialog } from '@/components/ConfirmDialog';
import { TextLink } from '@/components/TextLink';
import { api, data } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { meQuery } from '@/lib/queries/me';
import { EntranceForm } from './EntranceForm';
import { EntrancePage } from './EntrancePage';
import { PasswordStrength } from './PasswordStrength';

interface FirstAdmin {
  code: string;
  username: string;
  password: string;
  again: string;
}

const FIELDS = ['code', 'username', 'password'] as const;

/** The one-time address that the first start prints leads here; it makes the first admin. */
export function Component() {
  const [search] = useSearchParams();
  const client = useQueryClient();
  const navigate = useNavigate();
  // Whoever is let in without a log-in has a demo, and this ends it.
  const isDemo = useQuery({ ...meQuery(), retry: false }).data?.demo ?? false;
  const [isAsking, setAsking] = useState(false);
  const form = useForm<FirstAdmin>({
    defaultValues: { code: search.get('code') ?? '', username: '', password: '', again: '' },
  });
  const { register, getValues, formState } = form;
  const { errors } = formState;
  const password = useWatch({ control: form.control, name: 'password' });
  const { isBusy, refusal, onSubmit } = useSending(form, FIELDS, async ({ code, ...who }) => {
    setAsking(false);
    const known = { username: who.username, password: who.password };
    await data(api.POST('/api/setup', { body: { code: code.trim(), ...known } }));
    await data(api.POST('/api/login', { body: known }));
    client.clear();
    await navigate('/', { replace: true });
  });
  // Only what may be sent is worth the question.
  const ask = form.handleSubmit(() => setAsking(true));
  return (
    <EntrancePage title="Set up">
      <EntranceForm
        title="Make the first admin"
        about={
          isDemo
            ? 'From then on everybody has to log in, and the demo is over for good.'
            : 'They may do everything, and let others in.'
        }
        refusal={refusal}
        onSubmit={isDemo ? () => void ask() : onSubmit}
      >
        <TextField
          label="One-time code"
          autoComplete="off"
          {...told(errors.code, 'Printed by the first start; retinue up prints it again.')}
          {...register('code', { required: 'The code is missing.' })}
        />
        <TextField
          label="User name"
          autoFocus
          autoComplete="username"
          {...told(errors.username)}
          {...register('username', { required: 'Choose a name.' })}
        />
        <TextField
          label="Password"
          type="password"
          autoComplete="new-password"
          {...told(
            errors.password,
            password === '' ? (
              'At least 12 characters, such as four words.'
            ) : (
              <PasswordStrength password={password} />
            ),
          )}
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
          {...told(errors.again)}
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
          <Button type="submit" variant="contained" loading={isBusy}>
            Make admin
          </Button>
        </Box>
      </EntranceForm>
      <ConfirmDialog
        open={isAsking}
        title="End the demo?"
        confirm="End the demo and make the admin"
        typed="end demo"
        isDangerous
        isBusy={isBusy}
        onConfirm={onSubmit}
        onClose={() => setAsking(false)}
      >
        From now on everybody logs in, on this machine too. Tokens made in the demo stop working.
        Accounts, sessions and history stay. Nothing brings the demo back.
      </ConfirmDialog>
    </EntrancePage>
  );
}
