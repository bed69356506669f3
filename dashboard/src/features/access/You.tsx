import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useForm } from 'react-hook-form';

import { Facts } from '@/components/Facts';
import { FormDialog } from '@/components/FormDialog';
import { Section } from '@/components/Section';
import { told, useSending } from '@/lib/forms';
import { words } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { useChangePassword } from './actions';
import { FactorDialog } from './FactorDialog';
import { operatorsQuery } from './queries';

/** The own log-in: its password and its second factor. */
export function You({ name, role }: { name: string; role: string }) {
  const operators = useQuery(operatorsQuery());
  const canChange = useCan('access:write');
  const [open, setOpen] = useState<'password' | 'factor' | null>(null);
  const own = operators.data?.items.find(({ username }) => username === name);
  return (
    <Section
      title="You"
      actions={
        <>
          {canChange && !own?.has_second_factor && (
            <Button variant="outlined" disabled={!own} onClick={() => setOpen('factor')}>
              Set up a second factor
            </Button>
          )}
          <Button variant="outlined" onClick={() => setOpen('password')}>
            Change password
          </Button>
        </>
      }
    >
      <Facts
        facts={{
          Name: name,
          Role: words(role),
          'Second factor': own ? (own.has_second_factor ? 'On' : 'Off') : '–',
        }}
      />
      {open === 'password' && <PasswordForm onClose={() => setOpen(null)} />}
      {open === 'factor' && own && <FactorDialog operator={own} onClose={() => setOpen(null)} />}
    </Section>
  );
}

interface Passwords {
  current: string;
  new: string;
  again: string;
}

function PasswordForm({ onClose }: { onClose: () => void }) {
  const change = useChangePassword();
  const form = useForm<Passwords>({ defaultValues: { current: '', new: '', again: '' } });
  const { register, getValues, formState } = form;
  const sending = useSending(form, ['current', 'new'], async (given) => {
    await change.mutateAsync({ current: given.current, new: given.new });
    onClose();
  });
  const field = (name: keyof Passwords, label: string, hint?: string) => ({
    label,
    type: 'password',
    autoComplete: name === 'current' ? 'current-password' : 'new-password',
    ...told(formState.errors[name], hint),
  });
  return (
    <FormDialog title="Change your password" verb="Change password" {...sending} onClose={onClose}>
      <TextField
        autoFocus
        {...field('current', 'Password until now')}
        {...register('current', { required: 'The password until now is missing.' })}
      />
      <TextField
        {...field('new', 'New password', 'At least 12 characters. All your log-ins end with it.')}
        {...register('new', { required: 'Choose a password.' })}
      />
      <TextField
        {...field('again', 'New password again')}
        {...register('again', {
          validate: (again) => again === getValues('new') || 'The two are not the same.',
        })}
      />
    </FormDialog>
  );
}
