import Button from '@mui/material/Button';
import FileDownload from '@mui/icons-material/FileDownloadOutlined';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';

import { download } from '@/lib/downloads';

interface ExportMenuProps {
  /** The route that answers with the file: `/api/audit/export`. */
  path: string;
  /** What the file is about, as the route asks for it: the filters of the list. */
  query: Record<string, unknown>;
}

/** What the filters match, all of it, as a file. */
export function ExportMenu({ path, query }: ExportMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const save = (format: 'csv' | 'json') => {
    setAnchor(null);
    download(path, { format, ...query });
  };
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<FileDownload />}
        aria-haspopup="true"
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        Export
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <MenuItem onClick={() => save('csv')}>As CSV</MenuItem>
        <MenuItem onClick={() => save('json')}>As JSON</MenuItem>
      </Menu>
    </>
  );
}
