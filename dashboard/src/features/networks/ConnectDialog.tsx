import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useForm } from 'react-hook-form';

import { FormDialog } from '@/components/FormDialog';
import type { Model } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { words } from '@/lib/numbers';
import { type Network, useConnect } from './queries';

const TIERS: Model<'Tier'>[] = ['self_serve', 'enterprise'];
const FIELDS = ['base_url', 'tier', 'client_id', 'client_secret', 'reason'] as const;
type Fields = Record<(typeof FIELDS)[number], string>;

/** An app of yours, and why Retinue may use it. What is left empty stays as it was. */
export default function ConnectDialog({
  network,
  onClose,
}: {
  network: Network;
  onClose: () => void;
}) {
  const form = useForm<Fields>({
    defaultValues: {
      base_url: network.base_url ?? '',
      tier: network.tier ?? 'self_serve',
      client_id: network.client_id ?? '',
      client_secret: '',
      reason: '',
    },
  });
  const { register, formState } = form;
  const { errors } = formState;
  const connect = useConnect(network);
  const sending = useSending(form, [...FIELDS], async (fields) => {
    await connect.mutateAsync({
      base_url: fields.base_url.trim() || null,
      tier: fields.tier as Model<'Tier'>,
      client_id: fields.client_id.trim() || null,
      client_secret: fields.client_secret || null,
      reason: fields.reason.trim(),
    });
    onClose();
  });
  const isAgain = network.state === 'connected';
  return (
    <FormDialog
      title={isAgain ? `Change ${network.title}` : `Connect ${network.title}`}
      verb={isAgain ? 'Keep changes' : 'Connect'}
      {...sending}
      onClose={onClose}
    >
      <TextField
        autoFocus
        label="Address of its interface"
        placeholder="https://api.x.com"
        {...told(errors.base_url, 'Empty takes Sandgram’s own where there is one.')}
        {...register('base_url')}
        slotProps={{ inputLabel: { shrink: true }, htmlInput: { spellCheck: false } }}
      />
      <TextField
        select
        label="Tier of the app"
        defaultValue={network.tier ?? 'self_serve'}
        {...told(errors.tier, 'It decides which acts the interface takes.')}
        {...register('tier')}
      >
        {TIERS.map((tier) => (
          <MenuItem key={tier} value={tier}>
            {words(tier)}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        label="Client id"
        {...told(errors.client_id)}
        {...register('client_id')}
        slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
      />
      <TextField
        type="password"
        label="Client secret"
        {...told(
          errors.client_secret,
          network.has_client_secret ? 'Empty keeps the one there is.' : 'Kept sealed, never shown.',
        )}
        {...register('client_secret')}
        slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
      />
      <TextField
        required
        label="Reason"
        {...told(errors.reason, 'The audit log keeps it.')}
        {...register('reason', { required: 'Say why.' })}
        slotProps={{ htmlInput: { maxLength: 500 } }}
      />
    </FormDialog>
  );
}
