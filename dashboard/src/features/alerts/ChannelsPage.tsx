import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Delete from '@mui/icons-material/DeleteOutlined';
import IconButton from '@mui/material/IconButton';
import Switch from '@mui/material/Switch';
import Tooltip from '@mui/material/Tooltip';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { ConfirmDialog } from '@/components/ConfirmDialog';
import { EmptyState } from '@/components/EmptyState';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { Ago } from '@/components/Time';
import type { Model } from '@/lib/api';
import { useCan } from '@/lib/queries/me';
import { useChangeChannel, useRemoveChannel, useTestChannel } from './actions';
import { AlertsFrame } from './AlertsFrame';
import { type Channel, channelsQuery } from './queries';
import { fromOn } from './reading';

const ChannelDialog = lazy(() => import('./ChannelDialog'));

type Tried = Model<'ChannelTested'> & { name: string };

/** Who is told of alerts, and from which severity on. */
export function ChannelsPage() {
  const [dialog, setDialog] = useState<'add' | Channel | null>(null);
  const [going, setGoing] = useState<Channel | null>(null);
  const [tried, setTried] = useState<Tried | null>(null);
  const canWrite = useCan('settings:write');
  const channels = useQuery(channelsQuery());
  const remove = useRemoveChannel();
  const isEmpty = channels.data?.length === 0;
  const add = (variant: 'contained' | 'outlined') => (
    <Button variant={variant} onClick={() => setDialog('add')}>
      Add channel
    </Button>
  );
  return (
    <AlertsFrame tab="channels" actions={canWrite && !isEmpty && add('contained')}>
      {tried && (
        <Alert severity={tried.ok ? 'success' : 'error'} onClose={() => setTried(null)}>
          {tried.name}: {tried.message}
        </Alert>
      )}
      <Section
        title="Channels"
        about="Each incident is told once, and once more when it is over."
        flush
      >
        <AsyncContent
          query={channels}
          skeleton={<RowsSkeleton rows={6} height={230} />}
          isEmpty={(found) => found.length === 0}
          empty={
            <EmptyState title="Nobody is told yet." actions={canWrite && add('contained')}>
              A channel is an Apprise URL: a chat, a mailbox, a webhook. It is kept sealed.
            </EmptyState>
          }
        >
          {(found) => (
            <SimpleTable
              label="Channels"
              rows={found}
              columns={columns(canWrite, setDialog, setGoing, setTried)}
              rowId={(row) => row.id}
            />
          )}
        </AsyncContent>
      </Section>
      <Suspense fallback={null}>
        {dialog !== null && (
          <ChannelDialog
            channel={dialog === 'add' ? null : dialog}
            onClose={() => setDialog(null)}
          />
        )}
      </Suspense>
      <ConfirmDialog
        open={going !== null}
        title={`Remove ${going?.name ?? ''}?`}
        confirm="Remove channel"
        isDangerous
        isBusy={remove.isPending}
        onConfirm={() => going && remove.mutate(going, { onSettled: () => setGoing(null) })}
        onClose={() => setGoing(null)}
      >
        Its URL is forgotten, and what still waits to be sent there is not sent.
      </ConfirmDialog>
    </AlertsFrame>
  );
}

function columns(
  canWrite: boolean,
  onChange: (channel: Channel) => void,
  onRemove: (channel: Channel) => void,
  onTried: (tried: Tried | null) => void,
): Column<Channel>[] {
  const shown: Column<Channel>[] = [
    { label: 'Name', cell: (row) => row.name },
    { label: 'Service', cell: (row) => row.service },
    { label: 'Gets', cell: (row) => fromOn(row.min_severity) },
    { label: 'Last arrived', cell: (row) => <Ago at={row.last_sent_at} none="nothing yet" /> },
    {
      label: 'State',
      cell: (row) =>
        row.last_error === null ? (
          <StateChip state={row.enabled ? 'active' : 'disabled'} />
        ) : (
          <StateChip state="failed" hint={row.last_error} />
        ),
    },
  ];
  if (!canWrite) return shown;
  return [
    ...shown,
    { label: 'On', cell: (row) => <Enabled channel={row} /> },
    {
      label: '',
      align: 'right',
      cell: (row) => (
        <Box sx={{ display: 'flex', justifyContent: 'flex-end', gap: 0.5 }}>
          <TestButton channel={row} onTried={onTried} />
          <Button onClick={() => onChange(row)}>Change</Button>
          <Tooltip title={`Remove ${row.name}`}>
            <IconButton aria-label={`Remove ${row.name}`} onClick={() => onRemove(row)}>
              <Delete fontSize="small" />
            </IconButton>
          </Tooltip>
        </Box>
      ),
    },
  ];
}

function Enabled({ channel }: { channel: Channel }) {
  const change = useChangeChannel();
  return (
    <Switch
      size="small"
      checked={channel.enabled}
      disabled={change.isPending}
      onChange={(_, enabled) => change.mutate({ channel, change: { enabled } })}
      slotProps={{ input: { 'aria-label': `Send alerts to ${channel.name}` } }}
    />
  );
}

interface TestButtonProps {
  channel: Channel;
  onTried: (tried: Tried | null) => void;
}

function TestButton({ channel, onTried }: TestButtonProps) {
  const test = useTestChannel();
  return (
    <Button
      loading={test.isPending}
      onClick={() => {
        onTried(null);
        test.mutate(channel, { onSuccess: (tried) => onTried({ ...tried, name: channel.name }) });
      }}
    >
      Test
    </Button>
  );
}
