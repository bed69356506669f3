import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import PauseCircle from '@mui/icons-material/PauseCircleOutlined';
import TextField from '@mui/material/TextField';
import Tooltip from '@mui/material/Tooltip';
import { useState } from 'react';

import { ConfirmDialog } from '@/components/ConfirmDialog';
import { useCan } from '@/lib/queries/me';
import { useFleetPause, usePauseFleet } from './pausing';

/** The switch that stops everything, always within reach. While it is thrown the banner takes its place. */
export function PauseButton() {
  const [isOpen, setOpen] = useState(false);
  const [reason, setReason] = useState('');
  const canPause = useCan('accounts:write');
  const isPaused = useFleetPause() !== null;
  const pause = usePauseFleet();
  if (!canPause || isPaused) return null;
  const open = () => setOpen(true);
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<PauseCircle />}
        onClick={open}
        sx={{ display: { xs: 'none', sm: 'inline-flex' } }}
      >
        Pause fleet
      </Button>
      <Tooltip title="Pause fleet">
        <IconButton aria-label="Pause fleet" onClick={open} sx={{ display: { sm: 'none' } }}>
          <PauseCircle fontSize="small" />
        </IconButton>
      </Tooltip>
      <ConfirmDialog
        open={isOpen}
        title="Pause the whole fleet?"
        confirm="Pause fleet"
        isBusy={pause.isPending}
        onClose={() => setOpen(false)}
        onConfirm={() => {
          pause.mutate(reason.trim(), { onSettled: () => setOpen(false) });
          setReason('');
        }}
      >
        From the next action on no account does anything, until somebody resumes. What is under way
        is finished.
        <TextField
          fullWidth
          autoFocus
          label="Reason"
          placeholder="For those who find it paused"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          sx={{ mt: 2 }}
          slotProps={{ htmlInput: { maxLength: 300 }, inputLabel: { shrink: true } }}
        />
      </ConfirmDialog>
    </>
  );
}
