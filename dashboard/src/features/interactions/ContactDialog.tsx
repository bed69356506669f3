import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useForm } from 'react-hook-form';

import { AccountPicker } from '@/components/AccountPicker';
import type { Account } from '@/lib/api';
import { showFieldErrors } from '@/lib/forms';
import { isoOf, useZone } from '@/lib/time';
import { useAddContact } from './actions';

interface ContactDialogProps {
  open: boolean;
  onClose: () => void;
}

interface Fields {
  handle: string;
  reason: string;
  expires_at: string;
}

const HASH = /^[0-9a-f]{64}$/i;

export function ContactDialog({ open, onClose }: ContactDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} maxWidth="xs" fullWidth aria-labelledby="contact-title">
      {open && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const { register, handleSubmit, setError, formState } = useForm<Fields>({
    defaultValues: { handle: '', reason: '', expires_at: '' },
  });
  const [account, setAccount] = useState<Account | null>(null);
  const [refusal, setRefusal] = useState<string | null>(null);
  const add = useAddContact();
  const { name: zone } = useZone();
  const { errors } = formState;

  const submit = handleSubmit(async ({ handle, reason, expires_at }) => {
    setRefusal(null);
    const who = handle.trim();
    try {
      await add.mutateAsync({
        network: 'sandgram',
        ...(HASH.test(who) ? { hash: who } : { handle: who }),
        reason: reason.trim(),
        expires_at: isoOf(expires_at, zone),
        scope: account ? 'account' : 'fleet',
        account: account?.login,
      });
      onClose();
    } catch (error) {
      setRefusal(showFieldErrors(error, setError, ['handle', 'reason', 'expires_at']));
    }
  });
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <DialogTitle id="contact-title">Leave a person alone</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2, '&&': { pt: 1 } }}>
        <TextField
          autoFocus
          required
          label="Handle, or its SHA-256"
          error={!!errors.handle}
          helperText={
            errors.handle?.message ?? 'With or without @. Of a fingerprint no name is kept.'
          }
          {...register('handle', { required: 'Say who is meant.' })}
          slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
        />
        <TextField
          required
          label="Reason"
          error={!!errors.reason}
          helperText={errors.reason?.message ?? ' '}
          {...register('reason', { required: 'Say why; the audit log keeps it.' })}
        />
        <AccountPicker label="Only for this account" value={account} onChange={setAccount} />
        <TextField
          label="Until"
          type="datetime-local"
          error={!!errors.expires_at}
          helperText={errors.expires_at?.message ?? `Empty means for good. ${zone}.`}
          {...register('expires_at')}
          slotProps={{ inputLabel: { shrink: true } }}
        />
        {refusal && <Alert severity="warning">{refusal}</Alert>}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="contained" loading={add.isPending}>
          Add person
        </Button>
      </DialogActions>
    </form>
  );
}
