import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Tooltip from '@mui/material/Tooltip';
import { useState } from 'react';

import type { Model } from '@/lib/api';
import { count, short } from '@/lib/numbers';
import { moment, useZone } from '@/lib/time';
import { niceCeiling, type Status, STATUSES, totalOf } from './statuses';

type Hour = Model<'HourFigures'>;
const HEIGHT = 150;

/** A bar for each hour, in the colours of the statuses. The table beside it says the same to screen readers. */
export function HourChart({ hours }: { hours: Hour[] }) {
  const { name: zone } = useZone();
  const [hidden, setHidden] = useState<ReadonlySet<Status>>(new Set());
  const shown = STATUSES.filter(({ status }) => !hidden.has(status));
  const sums = hours.map((hour) => shown.reduce((sum, { status }) => sum + hour[status], 0));
  const top = niceCeiling(Math.max(0, ...sums));
  const toggle = (status: Status) => {
    const next = new Set(hidden);
    if (!next.delete(status)) next.add(status);
    setHidden(next);
  };
  return (
    <Box>
      <Box aria-hidden sx={{ display: 'grid', gridTemplateColumns: '36px 1fr', columnGap: 1 }}>
        <Box sx={axisStyle}>
          <span>{short(top)}</span>
          <span>{short(top / 2)}</span>
          <span>0</span>
        </Box>
        <Box sx={plotStyle}>
          {hours.map((hour) => (
            <Bar key={hour.hour} hour={hour} zone={zone} top={top} shown={shown} />
          ))}
        </Box>
        <span />
        <Box
          sx={{
            position: 'relative',
            height: 18,
            mt: 0.5,
            fontSize: '0.6875rem',
            color: 'text.secondary',
          }}
        >
          {hours.map(
            (hour, index) =>
              index % 6 === 0 && (
                <Box
                  key={hour.hour}
                  component="span"
                  sx={{ position: 'absolute' }}
                  style={{ left: `${(index / hours.length) * 100}%` }}
                >
                  {moment(hour.hour, zone, 'minute').slice(11)}
                </Box>
              ),
          )}
          <Box component="span" sx={{ position: 'absolute', right: 0 }}>
            now
          </Box>
        </Box>
      </Box>
      <Box
        role="group"
        aria-label="Statuses shown"
        sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 0.5, mt: 1, ml: -0.75 }}
      >
        {STATUSES.map(({ status, label, colour }) => (
          <ButtonBase
            key={status}
            aria-pressed={!hidden.has(status)}
            onClick={() => toggle(status)}
            sx={{
              ...legendStyle,
              ...(hidden.has(status) && {
                textDecoration: 'line-through',
                color: 'text.secondary',
              }),
            }}
          >
            <Box
              component="span"
              sx={{
                width: 9,
                height: 9,
                borderRadius: 0.5,
                bgcolor: hidden.has(status) ? 'action.disabledBackground' : colour,
              }}
            />
            {label} <b>{count(totalOf(hours, status))}</b>
          </ButtonBase>
        ))}
      </Box>
    </Box>
  );
}

interface BarProps {
  hour: Hour;
  zone: string;
  top: number;
  shown: typeof STATUSES;
}

function Bar({ hour, zone, top, shown }: BarProps) {
  const parts = shown.filter(({ status }) => hour[status] > 0);
  return (
    <Tooltip
      enterDelay={0}
      title={
        <>
          {moment(hour.hour, zone, 'minute')} {zone}
          {parts.map(({ status, label }) => (
            <div key={status}>
              {label}: {count(hour[status])}
            </div>
          ))}
          {parts.length === 0 && <div>nothing</div>}
        </>
      }
    >
      <Box sx={barStyle}>
        {parts.map(({ status, colour }) => (
          <Box
            key={status}
            sx={{ bgcolor: colour, minHeight: 2 }}
            style={{ height: `${(hour[status] / top) * 100}%` }}
          />
        ))}
      </Box>
    </Tooltip>
  );
}

const axisStyle = {
  height: HEIGHT,
  display: 'flex',
  flexDirection: 'column',
  justifyContent: 'space-between',
  textAlign: 'right',
  fontSize: '0.6875rem',
  lineHeight: 1,
  color: 'text.secondary',
  my: '-5px',
} as const;
const plotStyle = {
  height: HEIGHT - 10,
  display: 'flex',
  gap: '2px',
  borderBottom: 1,
  borderTop: 1,
  borderColor: 'divider',
  backgroundImage: 'linear-gradient(var(--rt-palette-divider), var(--rt-palette-divider))',
  backgroundSize: '100% 1px',
  backgroundPosition: '0 50%',
  backgroundRepeat: 'no-repeat',
} as const;
const barStyle = {
  flex: 1,
  minWidth: 0,
  height: 1,
  display: 'flex',
  flexDirection: 'column-reverse',
  borderRadius: '2px 2px 0 0',
  overflow: 'hidden',
  '&:hover': { bgcolor: 'action.hover' },
} as const;
const legendStyle = {
  gap: 0.75,
  minHeight: 28,
  px: 0.75,
  borderRadius: 1,
  fontSize: '0.75rem',
  '&:hover': { bgcolor: 'action.hover' },
} as const;
