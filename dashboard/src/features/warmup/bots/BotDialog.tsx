import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';

import { AccountsPicker } from '@/components/AccountsPicker';
import { FormDialog } from '@/components/FormDialog';
import { IssuedDialog } from '@/components/IssuedDialog';
import { LifetimeField } from '@/components/LifetimeField';
import type { Account, Model } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { endAfter, LIFETIMES } from '@/lib/lifetimes';
import { apiRoot } from '@/lib/location';
import { useAddBot } from '../actions';

interface Wanted {
  name: string;
  expires_at: string;
  account_ids: Account[];
}

/** Makes a bot, and shows its token this once. */
export default function BotDialog({ onClose }: { onClose: () => void }) {
  const [issued, setIssued] = useState<Model<'BotIssued'> | null>(null);
  return issued === null ? (
    <BotForm onIssued={setIssued} onClose={onClose} />
  ) : (
    <IssuedDialog
      title={`The token of ${issued.name}`}
      token={issued.token}
      about={`The example bot, for this server (${apiRoot}):`}
      command={`RETINUE_BOT_TOKEN=${issued.token} python examples/warmup_bot.py --help`}
      onClose={onClose}
    />
  );
}

interface BotFormProps {
  onIssued: (issued: Model<'BotIssued'>) => void;
  onClose: () => void;
}

function BotForm({ onIssued, onClose }: BotFormProps) {
  const form = useForm<Wanted>({
    defaultValues: { name: '', expires_at: '90', account_ids: [] },
  });
  const { register, control, formState } = form;
  const { errors } = formState;
  const add = useAddBot();
  const lasts = useWatch({ control, name: 'expires_at' });
  const sending = useSending(form, ['name', 'expires_at', 'account_ids'], async (wanted) =>
    onIssued(
      await add.mutateAsync({
        name: wanted.name.trim(),
        expires_at: endAfter(wanted.expires_at),
        account_ids: wanted.account_ids.length > 0 ? wanted.account_ids.map(({ id }) => id) : null,
      }),
    ),
  );
  return (
    <FormDialog title="Make a bot" verb="Make bot" {...sending} onClose={onClose}>
      <TextField
        autoFocus
        required
        label="Name"
        autoComplete="off"
        {...told(errors.name, 'It stands beside what it does, such as bot-1.')}
        {...register('name', { required: 'Give it a name, so that it is known later.' })}
      />
      <LifetimeField
        label="Its token lasts"
        choices={LIFETIMES}
        value={lasts}
        {...told(errors.expires_at)}
        {...register('expires_at')}
      />
      <Controller
        control={control}
        name="account_ids"
        render={({ field }) => (
          <AccountsPicker
            label="Only these accounts"
            hint="Empty: every account that is ready."
            value={field.value}
            onChange={field.onChange}
            error={errors.account_ids?.message}
          />
        )}
      />
    </FormDialog>
  );
}
