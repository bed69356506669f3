import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Divider from '@mui/material/Divider';
import Link from '@mui/material/Link';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useForm } from 'react-hook-form';

import { AccountPicker } from '@/components/AccountPicker';
import { FormDialog } from '@/components/FormDialog';
import { Countdown } from '@/components/Time';
import type { Account } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { type Network, useAuthorise, useComplete, useInvite } from './queries';

const FIELDS = ['address', 'access_token', 'refresh_token'] as const;
type Fields = Record<(typeof FIELDS)[number], string>;

/** The owner of an account lets the app in. What is typed leaves the page with the form and is never shown again. */
export default function AuthoriseDialog({
  network,
  onClose,
}: {
  network: Network;
  onClose: () => void;
}) {
  const [account, setAccount] = useState<Account | null>(null);
  const form = useForm<Fields>({
    defaultValues: { address: '', access_token: '', refresh_token: '' },
  });
  const { register, formState, setError } = form;
  const authorise = useAuthorise(network.name);
  const complete = useComplete(network.name);
  const sending = useSending(form, [...FIELDS], async (fields) => {
    if (account === null) return;
    const [address, access, refresh] = FIELDS.map((name) => fields[name].trim());
    if (address) await complete.mutateAsync(address);
    else if (access || refresh)
      await authorise.mutateAsync({
        accountId: account.id,
        access: access ?? '',
        refresh: refresh ?? '',
      });
    else {
      setError('address', { message: 'Give this, or a token below.' });
      return;
    }
    onClose();
  });
  const secret = { htmlInput: { autoComplete: 'off', spellCheck: false } };
  return (
    <FormDialog
      title={`Authorise an account on ${network.title}`}
      verb="Authorise"
      isReady={account !== null}
      {...sending}
      onClose={onClose}
    >
      <AccountPicker label="Account" value={account} onChange={setAccount} autoFocus />
      {account !== null && <Invitation key={account.id} network={network} account={account} />}
      <TextField
        type="password"
        label="Address that the browser was led back to"
        {...told(
          formState.errors.address,
          'The whole of it, at once: it is good for half a minute.',
        )}
        {...register('address')}
        slotProps={secret}
      />
      <Divider sx={{ fontSize: '0.75rem', color: 'text.secondary' }}>
        or with tokens that you have
      </Divider>
      <TextField
        type="password"
        label="Access token"
        {...told(formState.errors.access_token)}
        {...register('access_token')}
        slotProps={secret}
      />
      <TextField
        type="password"
        label="Refresh token"
        {...told(formState.errors.refresh_token, 'With it the access renews itself.')}
        {...register('refresh_token')}
        slotProps={secret}
      />
    </FormDialog>
  );
}

/** Where the owner lets the app in. It is made when it is asked for, because it is not good for long. */
function Invitation({ network, account }: { network: Network; account: Account }) {
  const invite = useInvite(network.name);
  const made = invite.data;
  return (
    <Box
      sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 36, fontSize: '0.8125rem' }}
    >
      {made === undefined ? (
        <Button
          variant="outlined"
          loading={invite.isPending}
          onClick={() => invite.mutate(account.id)}
        >
          Make a link for the owner
        </Button>
      ) : (
        <>
          <Link href={made.url} target="_blank" rel="noopener noreferrer">
            Let the app in as {made.login}
          </Link>
          <span>
            good for <Countdown until={made.expires_at} over="no longer" />
          </span>
        </>
      )}
    </Box>
  );
}
