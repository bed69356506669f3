import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useQuery } from '@tanstack/react-query';
import { useForm } from 'react-hook-form';

import { FormDialog } from '@/components/FormDialog';
import { told, useSending } from '@/lib/forms';
import { plural } from '@/lib/numbers';
import { usePropose } from './actions';
import { proxiesQuery, type Proxy } from './queries';
import { nameOf } from './reading';

interface Fields {
  to_proxy_id: string;
  reason: string;
}

/** A planned change of the way out. It is carried out once somebody has approved it. */
export default function ProposeDialog({ proxy, onClose }: { proxy: Proxy; onClose: () => void }) {
  const proxies = useQuery(proxiesQuery({ limit: 1000 }));
  const others = (proxies.data?.items ?? []).filter(
    ({ id, state }) => id !== proxy.id && state !== 'down',
  );
  const form = useForm<Fields>({ defaultValues: { to_proxy_id: '', reason: '' } });
  const { register, formState } = form;
  const propose = usePropose();
  const sending = useSending(form, ['to_proxy_id', 'reason'], async (fields) => {
    const to = fields.to_proxy_id === '' ? null : Number(fields.to_proxy_id);
    await propose.mutateAsync({ proxy, to, reason: fields.reason.trim() });
    onClose();
  });
  return (
    <FormDialog
      title={`Move ${plural(proxy.accounts, 'account')} away from ${nameOf(proxy)}`}
      verb="Propose"
      {...sending}
      onClose={onClose}
    >
      <TextField
        select
        label="Where to"
        defaultValue=""
        {...told(
          formState.errors.to_proxy_id,
          'It waits in the inbox until somebody approves it. Each account moves while nothing works with it.',
        )}
        {...register('to_proxy_id')}
      >
        <MenuItem value="" disabled={proxy.pool === null}>
          {proxy.pool === null ? 'Choose a proxy' : `Others of ${proxy.pool} that are up`}
        </MenuItem>
        {others.map((other) => (
          <MenuItem key={other.id} value={String(other.id)}>
            {nameOf(other)}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        required
        label="Reason"
        {...told(formState.errors.reason, 'The audit log keeps it.')}
        {...register('reason', { required: 'Say why.' })}
        slotProps={{ htmlInput: { maxLength: 500 } }}
      />
    </FormDialog>
  );
}
