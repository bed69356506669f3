import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { lazy, Suspense, useId, useState } from 'react';

import { Facts } from '@/components/Facts';
import { StateChip } from '@/components/StateChip';
import { Ago } from '@/components/Time';
import { count, words } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import type { Network } from './queries';

const ConnectDialog = lazy(() => import('./ConnectDialog'));
const DisconnectDialog = lazy(() => import('./DisconnectDialog'));

/** How one network stands. */
export function NetworkCard({ network }: { network: Network }) {
  const id = useId();
  const [dialog, setDialog] = useState<'connect' | 'disconnect' | null>(null);
  const mayChange = useCan('settings:write') && network.takes_tokens;
  const isConnected = network.state === 'connected';
  return (
    <Paper
      component="section"
      variant="outlined"
      aria-labelledby={id}
      sx={{ p: 2, display: 'flex', flexDirection: 'column', gap: 1.25, minWidth: 0 }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
        <Typography variant="h2" id={id} sx={{ flex: 1 }}>
          {network.title}
        </Typography>
        {network.is_live && isConnected && (
          <StateChip state="live" hint="It leads out of this machine." />
        )}
        <StateChip state={network.state} />
      </Box>
      {network.problem !== null &&
        (isConnected ? (
          <Alert severity="warning" sx={{ py: 0 }}>
            {words(network.problem)}
          </Alert>
        ) : (
          <Typography variant="body2" color="textSecondary">
            {network.state === 'disconnected' ? OFF : `${words(network.problem)}.`}
          </Typography>
        ))}
      <Facts
        facts={{
          Address: network.base_url ?? undefined,
          Tier: network.tier === null ? undefined : words(network.tier),
          App: network.client_id === null ? undefined : appOf(network),
          Accounts: <AccountsThere network={network} />,
          Changed:
            network.changed_at === null ? undefined : (
              <>
                <Ago at={network.changed_at} /> by {network.changed_by}
                {network.reason !== null && `: ${network.reason}`}
              </>
            ),
        }}
      />
      {mayChange && network.state !== 'not_connectable' && (
        <Box sx={{ display: 'flex', gap: 1, mt: 'auto', pt: 0.5 }}>
          <Button
            variant={isConnected ? 'text' : 'outlined'}
            aria-label={`${isConnected ? 'Change' : 'Connect'} ${network.title}`}
            onClick={() => setDialog('connect')}
          >
            {isConnected ? 'Change' : 'Connect'}
          </Button>
          {isConnected && (
            <Button
              color="error"
              aria-label={`Disconnect ${network.title}`}
              onClick={() => setDialog('disconnect')}
            >
              Disconnect
            </Button>
          )}
        </Box>
      )}
      <Suspense fallback={null}>
        {dialog === 'connect' && (
          <ConnectDialog network={network} onClose={() => setDialog(null)} />
        )}
        {dialog === 'disconnect' && (
          <DisconnectDialog network={network} onClose={() => setDialog(null)} />
        )}
      </Suspense>
    </Paper>
  );
}

function AccountsThere({ network: { accounts, takes_tokens: isByTokens } }: { network: Network }) {
  if (accounts.total === 0) return 'None';
  return (
    <>
      {count(accounts.total)}
      {isByTokens && `, ${count(accounts.authorised)} authorised`}
      {accounts.needs_person > 0 && (
        <Box component="span" sx={{ color: 'warning.text' }}>
          , {count(accounts.needs_person)} to be authorised anew
        </Box>
      )}
    </>
  );
}

const OFF = 'Off: nothing is called there. An admin connects it with an app of yours and a reason.';

const appOf = (network: Network) =>
  `${network.client_id}${network.has_client_secret ? ', with a secret' : ', without a secret'}`;
