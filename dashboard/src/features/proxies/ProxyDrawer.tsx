import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { DetailDrawer } from '@/components/DetailDrawer';
import { Facts } from '@/components/Facts';
import { SimpleTable } from '@/components/SimpleTable';
import { Sparkline } from '@/components/Sparkline';
import { StateChip } from '@/components/StateChip';
import { Ago, Moment } from '@/components/Time';
import { count, percent, plural } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { useCheckNow, useRemoveProxy } from './actions';
import { ChangeLine } from './ChangeLine';
import { ProxyStates } from './columns';
import { type Proxy, type ProxyDetail, proxyQuery } from './queries';
import { addressOf, boundOf, courseOf, nameOf, shareUp } from './reading';

const ProxyDialog = lazy(() => import('./ProxyDialog'));
const ProposeDialog = lazy(() => import('./ProposeDialog'));

interface ProxyDrawerProps {
  id: string | null;
  /** What the list has of it already. */
  known: Proxy | undefined;
  onClose: () => void;
}

/** One way out: how it is, how it was, and what is planned with it. */
export function ProxyDrawer({ id, known, onClose }: ProxyDrawerProps) {
  const query = useQuery(proxyQuery(id));
  const proxy = query.data ?? known;
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      width={560}
      title={proxy ? nameOf(proxy) : 'Proxy'}
      about={proxy ? addressOf(proxy) : '\u00a0'}
      actions={proxy && <Acts proxy={proxy} onGone={onClose} />}
    >
      <AsyncContent query={query} rows={10}>
        {(found) => <Detail proxy={found} />}
      </AsyncContent>
    </DetailDrawer>
  );
}

function Detail({ proxy }: { proxy: ProxyDetail }) {
  const course = courseOf(proxy.checks);
  return (
    <Box sx={{ display: 'grid', gap: 2.5 }}>
      <Facts
        facts={{
          State: <ProxyStates proxy={proxy} />,
          'Last check': proxy.message ?? 'Not checked yet',
          Checked: <Ago at={proxy.checked_at} />,
          'Next check': proxy.next_check_at ? <Moment at={proxy.next_check_at} /> : undefined,
          'Down since': proxy.down_since ? (
            <>
              <Moment at={proxy.down_since} />: nothing goes through it, and nothing goes another
              way by itself
            </>
          ) : undefined,
          'Leads out at': proxy.exit_address ?? '–',
          'Before that': proxy.exit_changed_at ? (
            <>
              {proxy.previous_exit_address}, until <Moment at={proxy.exit_changed_at} />
            </>
          ) : undefined,
          Accounts: boundOf(proxy),
          Pool: proxy.pool ?? 'None: nothing stands in for it',
          Provider: proxy.provider ?? undefined,
          Labels: proxy.labels.length > 0 ? proxy.labels.join(', ') : undefined,
          'User name': proxy.username ?? 'None',
          Password: proxy.has_password ? 'Sealed' : 'None',
          Added: <Moment at={proxy.created_at} precision="minute" />,
        }}
      />
      {proxy.changes.length > 0 && (
        <Box component="section" aria-label="Planned changes" sx={{ display: 'grid', gap: 1 }}>
          <Typography variant="h3">Planned</Typography>
          {proxy.changes.map((change) => (
            <ChangeLine key={change.id} change={change} />
          ))}
        </Box>
      )}
      <Box component="section" aria-label="Checks" sx={{ minWidth: 0 }}>
        <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, mb: 1 }}>
          <Typography variant="h3">Checks</Typography>
          {course.length > 1 && (
            <Sparkline values={course} label={`Milliseconds, last ${count(course.at(-1))}`} />
          )}
          <Typography variant="caption" color="textSecondary" sx={{ ml: 'auto' }}>
            {shareUp(proxy.checks) !== null &&
              `${percent(shareUp(proxy.checks), 0)} of ${plural(proxy.checks.length, 'check')} worked`}
          </Typography>
        </Box>
        {proxy.checks.length === 0 ? (
          <Typography variant="body2" color="textSecondary">
            It was not checked yet.
          </Typography>
        ) : (
          <SimpleTable
            label="Last checks"
            rows={proxy.checks}
            rowId={({ id }) => id}
            columns={[
              { label: 'When', cell: ({ at }) => <Moment at={at} /> },
              {
                label: 'Result',
                cell: ({ ok, message }) => (
                  <StateChip state={ok ? 'up' : 'failed'} hint={message} />
                ),
              },
              {
                label: 'Takes',
                align: 'right',
                cell: ({ milliseconds: ms }) => (ms === null ? '–' : `${count(ms)} ms`),
              },
              { label: 'Out at', cell: ({ exit_address: out }) => out ?? '–' },
            ]}
          />
        )}
      </Box>
    </Box>
  );
}

function Acts({ proxy, onGone }: { proxy: Proxy; onGone: () => void }) {
  const [dialog, setDialog] = useState<'edit' | 'propose' | 'remove' | null>(null);
  const canWrite = useCan('accounts:write');
  const check = useCheckNow();
  const remove = useRemoveProxy();
  if (!canWrite) return null;
  const close = () => setDialog(null);
  return (
    <>
      <Button variant="contained" loading={check.isPending} onClick={() => check.mutate(proxy)}>
        Check now
      </Button>
      <Button variant="outlined" onClick={() => setDialog('edit')}>
        Edit
      </Button>
      <Button
        variant="outlined"
        disabled={proxy.accounts === 0}
        onClick={() => setDialog('propose')}
      >
        Move accounts
      </Button>
      <Button
        color="error"
        disabled={proxy.accounts > 0}
        title={proxy.accounts > 0 ? 'Accounts are bound to it; move them first.' : undefined}
        onClick={() => setDialog('remove')}
        sx={{ ml: 'auto' }}
      >
        Remove
      </Button>
      <Suspense fallback={null}>
        {dialog === 'edit' && <ProxyDialog proxy={proxy} onClose={close} />}
        {dialog === 'propose' && <ProposeDialog proxy={proxy} onClose={close} />}
      </Suspense>
      <ConfirmDialog
        open={dialog === 'remove'}
        title={`Remove ${nameOf(proxy)}?`}
        confirm="Remove proxy"
        isDangerous
        isBusy={remove.isPending}
        onConfirm={() => remove.mutate(proxy, { onSuccess: onGone, onSettled: close })}
        onClose={close}
      >
        Its password and its checks are forgotten. Changes that lead away from it are withdrawn.
      </ConfirmDialog>
    </>
  );
}
