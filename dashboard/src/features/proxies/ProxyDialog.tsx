import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useForm } from 'react-hook-form';

import { FormDialog } from '@/components/FormDialog';
import type { Model } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { useAddProxy, useChangeProxy } from './actions';
import type { Proxy } from './queries';
import { nameOf } from './reading';

const FIELDS = [
  'scheme',
  'host',
  'port',
  'username',
  'password',
  'name',
  'provider',
  'pool',
  'labels',
  'max_accounts',
] as const;
type Fields = Record<(typeof FIELDS)[number], string>;
const SCHEMES: Model<'ProxyCreate'>['scheme'][] = ['http', 'https', 'socks5'];

const asForm = (proxy: Proxy | null): Fields => ({
  scheme: proxy?.scheme ?? 'http',
  host: proxy?.host ?? '',
  port: proxy ? String(proxy.port) : '',
  username: proxy?.username ?? '',
  password: '',
  name: proxy?.name ?? '',
  provider: proxy?.provider ?? '',
  pool: proxy?.pool ?? '',
  labels: proxy?.labels.join(', ') ?? '',
  max_accounts: proxy?.max_accounts?.toString() ?? '',
});

/** What people say of it. Scheme, host, port and user name make it this one, so only a new one has fields for them. */
function described(fields: Fields) {
  return {
    name: fields.name.trim() || null,
    provider: fields.provider.trim() || null,
    pool: fields.pool.trim() || null,
    labels: fields.labels
      .split(',')
      .map((label) => label.trim())
      .filter((label) => label !== ''),
    max_accounts: fields.max_accounts === '' ? null : Number(fields.max_accounts),
  };
}

interface ProxyDialogProps {
  /** Null for a new one. */
  proxy: Proxy | null;
  onClose: () => void;
}

export default function ProxyDialog({ proxy, onClose }: ProxyDialogProps) {
  const form = useForm<Fields>({ defaultValues: asForm(proxy) });
  const { register, formState } = form;
  const { errors } = formState;
  const add = useAddProxy();
  const change = useChangeProxy();
  const sending = useSending(form, [...FIELDS], async (fields) => {
    const password = fields.password || null;
    if (proxy === null)
      await add.mutateAsync({
        ...described(fields),
        scheme: fields.scheme as Model<'ProxyCreate'>['scheme'],
        host: fields.host.trim(),
        port: Number(fields.port),
        username: fields.username.trim() || null,
        password,
      });
    else
      await change.mutateAsync({
        proxy,
        change: { ...described(fields), ...(password !== null && { password }) },
      });
    onClose();
  });
  const plain = { htmlInput: { autoComplete: 'off', spellCheck: false } };
  return (
    <FormDialog
      title={proxy === null ? 'Add a proxy' : `Edit ${nameOf(proxy)}`}
      verb={proxy === null ? 'Add proxy' : 'Save'}
      {...sending}
      onClose={onClose}
    >
      {proxy === null && (
        <>
          <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '96px 1fr 88px' }}>
            <TextField
              select
              label="Scheme"
              defaultValue="http"
              {...told(errors.scheme)}
              {...register('scheme')}
            >
              {SCHEMES.map((scheme) => (
                <MenuItem key={scheme} value={scheme}>
                  {scheme}
                </MenuItem>
              ))}
            </TextField>
            <TextField
              autoFocus
              required
              label="Host"
              {...told(errors.host)}
              {...register('host', { required: 'Give the host.' })}
              slotProps={plain}
            />
            <TextField
              required
              label="Port"
              {...told(errors.port)}
              {...register('port', { required: 'Give it.', pattern: /^\d{1,5}$/ })}
              slotProps={{ htmlInput: { inputMode: 'numeric', autoComplete: 'off' } }}
            />
          </Box>
          <TextField
            label="User name"
            {...told(errors.username)}
            {...register('username')}
            slotProps={plain}
          />
        </>
      )}
      <TextField
        type="password"
        label="Password"
        {...told(
          errors.password,
          proxy?.has_password ? 'Empty keeps the one it has.' : 'Kept sealed, never shown again.',
        )}
        {...register('password')}
        slotProps={{ htmlInput: { autoComplete: 'new-password' } }}
      />
      <TextField
        label="Name"
        {...told(errors.name, 'What people call it.')}
        {...register('name')}
        slotProps={plain}
      />
      <TextField
        label="Pool"
        {...told(errors.pool, 'Proxies of one pool may stand in for each other.')}
        {...register('pool')}
        slotProps={plain}
      />
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '1fr 140px' }}>
        <TextField
          label="Provider"
          {...told(errors.provider)}
          {...register('provider')}
          slotProps={plain}
        />
        <TextField
          label="Accounts at most"
          placeholder="Any number"
          {...told(errors.max_accounts)}
          {...register('max_accounts', {
            pattern: { value: /^\d*$/, message: 'A number, or nothing.' },
          })}
          slotProps={{
            inputLabel: { shrink: true },
            htmlInput: { inputMode: 'numeric', autoComplete: 'off' },
          }}
        />
      </Box>
      <TextField
        label="Labels, parted by commas"
        {...told(errors.labels)}
        {...register('labels')}
        slotProps={plain}
      />
    </FormDialog>
  );
}
