import Button from '@mui/material/Button';
import FileDownload from '@mui/icons-material/FileDownloadOutlined';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';

import { file, queryString } from '@/lib/api';
import { save } from '@/lib/downloads';
import { useAction } from '@/lib/useAction';
import type { Monitor, Span } from './queries';
import { type Metric, READINGS_A_PAGE } from './reading';

const FORMS = [
  { type: 'text/csv', ending: 'csv', label: 'Numbers as CSV' },
  { type: 'image/svg+xml', ending: 'svg', label: 'Chart as SVG' },
  { type: 'image/png', ending: 'png', label: 'Chart as PNG' },
] as const;
type Form = (typeof FORMS)[number];

interface SaveMenuProps {
  monitor: Monitor;
  metric: Metric;
  span: Span;
}

/** The range that is looked at as a file: the server makes it, as it does for anybody who asks. */
export function SaveMenu({ monitor, metric, span }: SaveMenuProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const saving = useAction({
    run: async ({ type, ending }: Form) => {
      const query = { limit: READINGS_A_PAGE, metric, since: span.since(), until: span.until };
      const path = `/api/monitors/${monitor.id}/history${queryString(query)}`;
      save(await file(path, type), `history-${monitor.subject}.${ending}`, type);
    },
    done: () => null,
    failed: 'No file was made.',
    touches: [],
  });
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<FileDownload />}
        aria-haspopup="true"
        loading={saving.isPending}
        onClick={(event) => setAnchor(event.currentTarget)}
      >
        Export
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {FORMS.map((form) => (
          <MenuItem
            key={form.type}
            onClick={() => {
              setAnchor(null);
              saving.mutate(form);
            }}
          >
            {form.label}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
