import Button from '@mui/material/Button';
import ExpandMore from '@mui/icons-material/ExpandMore';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';

import { useChange } from './actions';
import type { Monitor } from './queries';
import { INTERVALS } from './reading';

/** How often it is read. */
export function IntervalMenu({ monitor }: { monitor: Monitor }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const change = useChange();
  return (
    <>
      <Button
        variant="outlined"
        endIcon={<ExpandMore />}
        aria-haspopup="true"
        loading={change.isPending}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        How often
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {INTERVALS.map(({ value, label, seconds }) => (
          <MenuItem
            key={value}
            role="menuitemradio"
            aria-checked={seconds === monitor.interval_seconds}
            selected={seconds === monitor.interval_seconds}
            onClick={() => {
              setAnchor(null);
              if (seconds !== monitor.interval_seconds)
                change.mutate({ monitor, change: { interval: value } });
            }}
          >
            {label}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
