import Button from '@mui/material/Button';
import PlayArrow from '@mui/icons-material/PlayArrow';
import { useState } from 'react';

import { Page } from '@/components/Page';
import { useCan } from '@/lib/queries/me';
import { History } from './History';
import { Running } from './Running';
import { StartDialog } from './StartDialog';

export function SessionsPage() {
  const [isStarting, setStarting] = useState(false);
  const canStart = useCan('sessions:control');
  return (
    <Page
      title="Sessions"
      actions={
        canStart && (
          <Button variant="contained" startIcon={<PlayArrow />} onClick={() => setStarting(true)}>
            Start session
          </Button>
        )
      }
    >
      <Running />
      <History />
      <StartDialog open={isStarting} onClose={() => setStarting(false)} />
    </Page>
  );
}
