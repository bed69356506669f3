import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { Controller, useForm, useWatch } from 'react-hook-form';

import { AccountsPicker } from '@/components/AccountsPicker';
import { CopyText } from '@/components/CopyText';
import { FormDialog } from '@/components/FormDialog';
import type { Account, Model } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { apiRoot } from '@/lib/location';
import { shownNow } from '@/lib/shownClock';
import { useAddBot } from '../actions';

interface Wanted {
  name: string;
  expires_at: string;
  account_ids: Account[];
}

const LASTS: [days: string, label: string][] = [
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'A year'],
  ['', 'Without an end'],
];

const endAfter = (days: string) =>
  days === '' ? null : new Date(shownNow() + Number(days) * 86_400_000).toISOString();

/** Makes a bot, and shows its token this once. */
export default function BotDialog({ onClose }: { onClose: () => void }) {
  const [issued, setIssued] = useState<Model<'BotIssued'> | null>(null);
  return issued === null ? (
    <BotForm onIssued={setIssued} onClose={onClose} />
  ) : (
    <Shown issued={issued} onClose={onClose} />
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
      <TextField
        select
        label="Its token lasts"
        value={lasts}
        {...told(errors.expires_at)}
        slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
        {...register('expires_at')}
      >
        {LASTS.map(([days, label]) => (
          <MenuItem key={days} value={days}>
            {label}
          </MenuItem>
        ))}
      </TextField>
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

function Shown({ issued, onClose }: { issued: Model<'BotIssued'>; onClose: () => void }) {
  const run = `RETINUE_BOT_TOKEN=${issued.token} python examples/warmup_bot.py --help`;
  return (
    // Only the button closes it: a click beside it would lose the token.
    <Dialog open maxWidth="sm" fullWidth aria-labelledby="bot-title">
      <DialogTitle id="bot-title">The token of {issued.name}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Alert severity="warning">
          It is shown this once. Copy it now; only its fingerprint is kept here.
        </Alert>
        <Box sx={{ p: 1.5, border: 1, borderColor: 'divider', borderRadius: 1 }}>
          <CopyText text={issued.token} />
        </Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
          The example bot, for this server ({apiRoot}):
          <br />
          <CopyText text={run} />
        </Box>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose}>
          I have copied it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
