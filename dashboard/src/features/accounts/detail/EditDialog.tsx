import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Controller, useForm } from 'react-hook-form';

import { FormDialog } from '@/components/FormDialog';
import { type Account, asApiError } from '@/lib/api';
import { showFieldErrors, told } from '@/lib/forms';
import { labelsOf } from '../grid/filters';
import { personasQuery, proxiesQuery } from '../queries';
import { type AccountChange, useEdit } from './actions';

const FIELDS = ['email', 'persona', 'proxy', 'timezone', 'labels', 'user_agent'] as const;
type Fields = Record<(typeof FIELDS)[number], string>;
const LABELS: Fields = {
  email: 'Address',
  persona: 'Persona',
  proxy: 'Proxy',
  timezone: 'Time zone (IANA name)',
  labels: 'Labels, parted by commas',
  user_agent: 'User agent',
};

const asForm = (account: Account): Fields => ({
  email: account.email ?? '',
  persona: account.persona?.name ?? '',
  proxy: account.proxy_id === null ? '' : String(account.proxy_id),
  timezone: account.timezone,
  labels: account.labels.join(', '),
  user_agent: account.user_agent ?? '',
});

/** Only what was touched is sent, so that what somebody else has changed meanwhile stays. */
function changeOf(form: Fields, dirty: Partial<Record<keyof Fields, boolean | undefined>>) {
  const texts: AccountChange = {
    email: form.email.trim() || null,
    persona: form.persona || null,
    proxy: form.proxy === '' ? null : Number(form.proxy),
    timezone: form.timezone.trim(),
    labels: labelsOf(form.labels),
    user_agent: form.user_agent.trim() || null,
  };
  return Object.fromEntries(
    Object.entries(texts).filter(([name]) => dirty[name as keyof Fields]),
  ) as AccountChange;
}

export function EditDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  // The account as it was when the form opened: its revision goes with the change.
  const [read] = useState(account);
  const [refusal, setRefusal] = useState<string | null>(null);
  const personas = useQuery(personasQuery());
  const proxies = useQuery(proxiesQuery());
  const edit = useEdit();
  const { control, handleSubmit, setError, formState } = useForm<Fields>({
    defaultValues: asForm(read),
  });
  const choices: Partial<Record<keyof Fields, { value: string; label: string }[]>> = {
    persona: (personas.data?.items ?? []).map(({ name }) => ({ value: name, label: name })),
    proxy: (proxies.data?.items ?? []).map((proxy) => ({
      value: String(proxy.id),
      label: `${proxy.scheme}://${proxy.host}:${proxy.port}`,
    })),
  };
  const { dirtyFields } = formState;
  const save = handleSubmit((form) => {
    setRefusal(null);
    edit.mutate(
      { account: read, change: changeOf(form, dirtyFields) },
      {
        onSuccess: onClose,
        onError: (error) =>
          setRefusal(
            asApiError(error).status === 412
              ? 'Somebody else has changed this account meanwhile. Close this, look, and edit again.'
              : showFieldErrors(error, setError, [...FIELDS]),
          ),
      },
    );
  });
  return (
    <FormDialog
      title={`Edit ${read.login}`}
      verb="Save"
      refusal={refusal}
      isBusy={edit.isPending}
      isReady={formState.isDirty}
      onSubmit={() => void save()}
      onClose={onClose}
    >
      {FIELDS.map((name) => (
        <Controller
          key={name}
          name={name}
          control={control}
          render={({ field, fieldState }) => (
            <TextField
              {...field}
              label={LABELS[name]}
              select={choices[name] !== undefined}
              {...told(fieldState.error)}
            >
              {choices[name] &&
                [
                  { value: '', label: 'None' },
                  ...withCurrent(choices[name], asForm(read)[name]),
                ].map(({ value, label }) => (
                  <MenuItem key={value} value={value}>
                    {label}
                  </MenuItem>
                ))}
            </TextField>
          )}
        />
      ))}
    </FormDialog>
  );
}

/** Before the choices are there, the one in force is. */
function withCurrent(choices: { value: string; label: string }[], current: string) {
  const isThere = current === '' || choices.some(({ value }) => value === current);
  return isThere ? choices : [...choices, { value: current, label: current }];
}
