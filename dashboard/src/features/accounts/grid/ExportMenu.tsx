import Button from '@mui/material/Button';
import FileDownload from '@mui/icons-material/FileDownloadOutlined';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';

import { NOTHING, type Selection, sizeOf } from '@/components/table';
import { download } from '@/lib/downloads';
import { type AccountFilters, queryOf } from './filters';

interface ExportMenuProps {
  filters: AccountFilters;
  /** The export is of these; without any, of whatever the filters match. */
  selection?: Selection;
}

/** Accounts as a file, without any secret. */
export function ExportMenu({ filters, selection = NOTHING }: ExportMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const isChosen = selection.kind === 'ids' && sizeOf(selection) > 0;
  const save = (format: 'csv' | 'json') => {
    setAnchor(null);
    const which = isChosen ? { ids: selection.ids.join(',') } : queryOf(filters);
    // Retired ones are named by their ids, and still left out unless they are asked for.
    const retired = isChosen && { lifecycle: filters.lifecycle };
    download('/api/accounts/export', { format, ...which, ...retired });
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
