import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { DetailDrawer } from '@/components/DetailDrawer';
import { Facts } from '@/components/Facts';
import { JsonView } from '@/components/JsonView';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago, Countdown, Moment } from '@/components/Time';
import type { Model } from '@/lib/api';
import { count, words } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { useAcknowledge } from './actions';
import { alertQuery, channelsQuery, type Incident } from './queries';
import { aboutOf, overOnce, placeOf } from './reading';

interface AlertDrawerProps {
  id: string | null;
  /** What the list has of it already. */
  known: Incident | undefined;
  onClose: () => void;
}

/** One incident: what is wrong, since when, when it will be over, and who was told. */
export function AlertDrawer({ id, known, onClose }: AlertDrawerProps) {
  const query = useQuery({
    ...alertQuery(id),
    placeholderData: known && { ...known, deliveries: [] },
  });
  const alert = query.data;
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      title={alert ? words(alert.kind) : 'Alert'}
      about={alert && aboutOf(alert)}
      actions={alert && <Actions alert={alert} />}
    >
      <AsyncContent query={query}>{(found) => <Detail alert={found} />}</AsyncContent>
    </DetailDrawer>
  );
}

function Detail({ alert }: { alert: Model<'AlertDetail'> }) {
  const place = placeOf(alert);
  const once = overOnce(alert);
  return (
    <Box sx={{ display: 'grid', gap: 2.5 }}>
      <Typography variant="body2">{alert.message}</Typography>
      <Facts
        facts={{
          Severity: <StateChip state={alert.severity} />,
          State: <StateChip state={alert.state} />,
          About: place ? <TextLink to={place}>{aboutOf(alert)}</TextLink> : aboutOf(alert),
          Since: <Moment at={alert.opened_at} />,
          Seen: (
            <>
              {count(alert.times)} ×, last <Ago at={alert.last_seen_at} />
            </>
          ),
          'Seen by': alert.acknowledged_at ? (
            <>
              {alert.acknowledged_by}, <Moment at={alert.acknowledged_at} />
            </>
          ) : undefined,
          Over: alert.resolved_at ? <Moment at={alert.resolved_at} /> : undefined,
          'Over once': alert.resolved_at === null && once !== null ? once : undefined,
        }}
      />
      {Object.keys(alert.details).length > 0 && <JsonView value={alert.details} maxHeight={220} />}
      <Deliveries deliveries={alert.deliveries} />
    </Box>
  );
}

function Deliveries({ deliveries }: { deliveries: Model<'DeliveryRead'>[] }) {
  const { data: channels } = useQuery(channelsQuery());
  const columns: Column<Model<'DeliveryRead'>>[] = [
    {
      label: 'Channel',
      cell: (row) => channels?.find(({ id }) => id === row.channel_id)?.name ?? row.channel_id,
    },
    { label: 'News', cell: (row) => words(row.news) },
    {
      label: 'State',
      cell: (row) => (
        <StateChip
          state={row.state === 'waiting' ? 'pending' : row.state}
          label={words(row.state)}
          hint={row.error}
        />
      ),
    },
    {
      label: 'When',
      cell: (row) =>
        row.ended_at ? <Ago at={row.ended_at} /> : <Countdown until={row.due_at} over="now" />,
    },
  ];
  return (
    <section>
      <Typography variant="h3" sx={{ mb: 1 }}>
        Who was told
      </Typography>
      {deliveries.length === 0 ? (
        <Typography variant="body2" color="textSecondary">
          Nobody: no channel takes an alert of this severity.{' '}
          <TextLink to="/alerts/channels">Channels</TextLink>
        </Typography>
      ) : (
        <SimpleTable
          label="Who was told"
          rows={deliveries}
          columns={columns}
          rowId={(row) => row.id}
        />
      )}
    </section>
  );
}

function Actions({ alert }: { alert: Incident }) {
  const acknowledge = useAcknowledge();
  if (!useCan('alerts:write') || alert.state !== 'open') return null;
  return (
    <Button
      variant="contained"
      loading={acknowledge.isPending}
      onClick={() => acknowledge.mutate({ ids: [alert.id] })}
    >
      Acknowledge
    </Button>
  );
}
