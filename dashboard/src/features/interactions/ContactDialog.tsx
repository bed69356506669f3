import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useForm } from 'react-hook-form';

import { AccountPicker } from '@/components/AccountPicker';
import { FormDialog } from '@/components/FormDialog';
import type { Account } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { isoOf, useZone } from '@/lib/time';
import { useAddContact } from './actions';

interface Fields {
  handle: string;
  reason: string;
  expires_at: string;
}

const HASH = /^[0-9a-f]{64}$/i;

/** Loaded once somebody opens it. */
export default function ContactDialog({ onClose }: { onClose: () => void }) {
  const form = useForm<Fields>({ defaultValues: { handle: '', reason: '', expires_at: '' } });
  const [account, setAccount] = useState<Account | null>(null);
  const add = useAddContact();
  const { name: zone } = useZone();
  const { register, formState } = form;
  const { errors } = formState;
  const sending = useSending(form, ['handle', 'reason', 'expires_at'], async (fields) => {
    const who = fields.handle.trim();
    await add.mutateAsync({
      network: 'sandgram',
      ...(HASH.test(who) ? { hash: who } : { handle: who }),
      reason: fields.reason.trim(),
      expires_at: isoOf(fields.expires_at, zone),
      scope: account ? 'account' : 'fleet',
      account: account?.login,
    });
    onClose();
  });
  return (
    <FormDialog title="Leave a person alone" verb="Add person" {...sending} onClose={onClose}>
      <TextField
        autoFocus
        required
        label="Handle, or its SHA-256"
        {...told(errors.handle, 'With or without @. Of a fingerprint no name is kept.')}
        {...register('handle', { required: 'Say who is meant.' })}
        slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
      />
      <TextField
        required
        label="Reason"
        {...told(errors.reason, ' ')}
        {...register('reason', { required: 'Say why; the audit log keeps it.' })}
      />
      <AccountPicker label="Only for this account" value={account} onChange={setAccount} />
      <TextField
        label="Until"
        type="datetime-local"
        {...told(errors.expires_at, `Empty means for good. ${zone}.`)}
        {...register('expires_at')}
        slotProps={{ inputLabel: { shrink: true } }}
      />
    </FormDialog>
  );
}
