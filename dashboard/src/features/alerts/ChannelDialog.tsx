import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useForm } from 'react-hook-form';

import { FormDialog } from '@/components/FormDialog';
import { told, useSending } from '@/lib/forms';
import { useAddChannel, useChangeChannel } from './actions';
import type { Channel, Severity } from './queries';
import { fromOn, SEVERITIES } from './reading';

interface Fields {
  name: string;
  url: string;
  min_severity: Severity;
}

interface ChannelDialogProps {
  /** Null for a new one. */
  channel: Channel | null;
  onClose: () => void;
}

/** A new channel, or another name, URL or threshold for one. The URL it has is not shown. */
export default function ChannelDialog({ channel, onClose }: ChannelDialogProps) {
  const isNew = channel === null;
  const form = useForm<Fields>({
    defaultValues: {
      name: channel?.name ?? '',
      url: '',
      min_severity: channel?.min_severity ?? 'warning',
    },
  });
  const { register, formState } = form;
  const { errors } = formState;
  const add = useAddChannel();
  const change = useChangeChannel({ quiet: true });
  const sending = useSending(form, ['name', 'url', 'min_severity'], async (fields) => {
    const name = fields.name.trim();
    const url = fields.url.trim();
    const { min_severity } = fields;
    if (channel === null) await add.mutateAsync({ name, url, min_severity, enabled: true });
    else
      await change.mutateAsync({
        channel,
        change: { name, min_severity, ...(url !== '' && { url }) },
      });
    onClose();
  });
  return (
    <FormDialog
      title={isNew ? 'Add a channel' : `Change ${channel.name}`}
      verb={isNew ? 'Add channel' : 'Keep changes'}
      {...sending}
      onClose={onClose}
    >
      <TextField
        autoFocus
        required
        label="Name"
        {...told(errors.name, 'What it is called here.')}
        {...register('name', { required: 'Give it a name.' })}
        slotProps={{ htmlInput: { autoComplete: 'off', maxLength: 100 } }}
      />
      <TextField
        required={isNew}
        type="password"
        label={isNew ? 'Apprise URL' : 'Another Apprise URL'}
        {...told(
          errors.url,
          isNew
            ? 'As json://127.0.0.1:9000/alerts. Kept sealed, and never shown again.'
            : 'Empty keeps the one it has, which nobody can see.',
        )}
        {...register('url', { required: isNew && 'Give the URL.' })}
        slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
      />
      <TextField
        select
        label="Gets"
        defaultValue={channel?.min_severity ?? 'warning'}
        {...told(errors.min_severity)}
        {...register('min_severity')}
      >
        {SEVERITIES.map((one) => (
          <MenuItem key={one} value={one}>
            {fromOn(one)}
          </MenuItem>
        ))}
      </TextField>
    </FormDialog>
  );
}
