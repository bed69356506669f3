import { styled } from '@mui/material/styles';
import Tooltip from '@mui/material/Tooltip';

import { ago, clock, moment, useNow, useZone } from '@/lib/time';

const Instant = styled('time')({ whiteSpace: 'nowrap' });

interface TimeProps {
  at: string | null | undefined;
  /** What to show for a time that is not there. */
  none?: string;
}

/** `2026-11-21 09:15:04` in the zone of the page; the tooltip says the zone and the same in UTC. */
export function Moment({
  at,
  none = '–',
  precision = 'second',
}: TimeProps & { precision?: 'minute' | 'second' }) {
  const { name } = useZone();
  if (!at) return none;
  return (
    <Tooltip title={<Both at={at} zone={name} />}>
      <Instant dateTime={at}>{moment(at, name, precision)}</Instant>
    </Tooltip>
  );
}

/** `3 min ago`, and it ticks; the tooltip has the exact time. */
export function Ago({ at, none = 'never' }: TimeProps) {
  const now = useNow();
  const { name } = useZone();
  if (!at) return none;
  return (
    <Tooltip title={<Both at={at} zone={name} />}>
      <Instant dateTime={at}>{ago(at, now)}</Instant>
    </Tooltip>
  );
}

/** `44:59` until a moment, and it ticks; `over` once it has passed. */
export function Countdown({
  until,
  over = 'now',
}: {
  until: string | null | undefined;
  over?: string;
}) {
  const now = useNow();
  const { name } = useZone();
  if (!until) return '–';
  const left = (Date.parse(until) - now) / 1000;
  return (
    <Tooltip title={<Both at={until} zone={name} />}>
      <Instant dateTime={until} role="timer">
        {left > 0 ? clock(left) : over}
      </Instant>
    </Tooltip>
  );
}

function Both({ at, zone }: { at: string; zone: string }) {
  return (
    <>
      {moment(at, zone)} {zone}
      {zone !== 'UTC' && (
        <>
          <br />
          {moment(at, 'UTC')} UTC
        </>
      )}
    </>
  );
}
