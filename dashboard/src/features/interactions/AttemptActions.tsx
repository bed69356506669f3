import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useState } from 'react';

import { useCan } from '@/lib/queries/me';
import { useProbe } from './actions';
import type { Attempt } from './queries';
import { SettleDialog } from './SettleDialog';

/** Kinds whose effect can be seen on the network afterwards. */
const CAN_PROBE = new Set(['like', 'follow', 'comment']);

export function AttemptActions({ attempt }: { attempt: Attempt }) {
  const [isOpen, setOpen] = useState(false);
  const probe = useProbe();
  const canWrite = useCan('interactions:write');
  if (!canWrite) return null;
  return (
    <Box sx={{ display: 'flex', gap: 1, flexWrap: 'wrap' }}>
      <Button variant="outlined" onClick={() => setOpen(true)}>
        Settle
      </Button>
      {CAN_PROBE.has(attempt.action) && (
        <Button loading={probe.isPending} onClick={() => probe.mutate(attempt)}>
          Probe now
        </Button>
      )}
      <SettleDialog attempt={attempt} open={isOpen} onClose={() => setOpen(false)} />
    </Box>
  );
}
