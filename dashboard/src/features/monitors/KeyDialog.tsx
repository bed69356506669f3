import TextField from '@mui/material/TextField';
import { useForm } from 'react-hook-form';

import { FormDialog } from '@/components/FormDialog';
import { api, data, type Model } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { useAction } from '@/lib/useAction';
import { sourceName } from './reading';

interface KeyDialogProps {
  source: { source: Model<'SourceName'> };
  onClose: () => void;
}

/** A key goes in and never comes out again. */
export function KeyDialog({ source: { source }, onClose }: KeyDialogProps) {
  const form = useForm<{ key: string }>({ defaultValues: { key: '' } });
  const put = useAction({
    run: (key: string) =>
      data(
        api.PUT('/api/monitors/sources/{source}/key', {
          params: { path: { source } },
          body: { key },
        }),
      ),
    done: () => `The key of ${sourceName(source)} is kept.`,
    failed: 'The key was not kept.',
    quiet: true,
    touches: ['settings', 'monitors', 'audit'],
  });
  const sending = useSending(form, ['key'], async ({ key }) => {
    await put.mutateAsync(key);
    onClose();
  });
  return (
    <FormDialog
      title={`Key of ${sourceName(source)}`}
      verb="Keep key"
      {...sending}
      onClose={onClose}
    >
      <TextField
        autoFocus
        required
        type="password"
        label="Key"
        {...told(form.formState.errors.key, 'Sealed at once, and shown to nobody any more.')}
        {...form.register('key', { required: 'Paste the key.' })}
        slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
      />
    </FormDialog>
  );
}
