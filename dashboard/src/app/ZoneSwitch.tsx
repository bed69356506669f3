import Button from '@mui/material/Button';
import Schedule from '@mui/icons-material/Schedule';
import Tooltip from '@mui/material/Tooltip';

import { localZone, useZone } from '@/lib/time';

/** Says the zone of every time on the page, and changes it. */
export function ZoneSwitch() {
  const { zone, name, setZone } = useZone();
  const other = zone === 'UTC' ? localZone : 'UTC';
  return (
    <Tooltip title={`Times are shown in ${name}. Click for ${other}.`}>
      <Button
        onClick={() => setZone(zone === 'UTC' ? 'local' : 'UTC')}
        startIcon={<Schedule />}
        aria-label={`Times are in ${name}; show them in ${other}`}
        sx={{
          color: 'text.secondary',
          fontWeight: 450,
          px: 1,
          '& .MuiButton-startIcon': { mr: 0.5, ml: 0 },
        }}
      >
        {name.split('/').at(-1)?.replaceAll('_', ' ')}
      </Button>
    </Tooltip>
  );
}
