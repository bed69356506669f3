import Button from '@mui/material/Button';
import Download from '@mui/icons-material/FileDownloadOutlined';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';

import { download } from '@/lib/downloads';
import type { EventFilter } from './queries';

/** All that the filters let through, not the page alone; the server streams it. */
export function ExportButton({ filter }: { filter: EventFilter }) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const take = (format: 'csv' | 'json') => () => {
    setAnchor(null);
    download('/api/interactions/export', { ...filter, format });
  };
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<Download />}
        aria-haspopup="true"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        Export
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <MenuItem onClick={take('csv')}>CSV, for a table</MenuItem>
        <MenuItem onClick={take('json')}>JSON, for a program</MenuItem>
      </Menu>
    </>
  );
}
