import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import FormControlLabel from '@mui/material/FormControlLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import { useState } from 'react';

import { asApiError } from '@/lib/api';
import { type Settlement, useSettle } from './actions';
import type { Attempt } from './queries';

interface SettleDialogProps {
  attempt: Attempt;
  open: boolean;
  onClose: () => void;
}

/** A person says what they have seen. It counts from then on, so it is not offered to be undone. */
export function SettleDialog(props: SettleDialogProps) {
  return (
    <Dialog
      open={props.open}
      onClose={props.onClose}
      maxWidth="xs"
      fullWidth
      aria-labelledby="settle-title"
    >
      {props.open && <Form {...props} />}
    </Dialog>
  );
}

function Form({ attempt, onClose }: SettleDialogProps) {
  const [outcome, setOutcome] = useState<Settlement['outcome'] | null>(null);
  const [evidence, setEvidence] = useState('');
  const settle = useSettle();
  const isReady = outcome !== null && evidence.trim() !== '';
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!isReady) return;
        settle.mutate({ attempt, outcome, evidence: evidence.trim() }, { onSuccess: onClose });
      }}
    >
      <DialogTitle id="settle-title">
        Did the {attempt.action} of @{attempt.target_username} happen?
      </DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <RadioGroup
          aria-label="Outcome"
          value={outcome ?? ''}
          onChange={(_, value) => setOutcome(value as Settlement['outcome'])}
        >
          <FormControlLabel
            value="confirmed"
            control={<Radio size="small" />}
            label="Yes: it counts, and the person stays in the window"
          />
          <FormControlLabel
            value="absent"
            control={<Radio size="small" />}
            label="No: the person is free and may be engaged again"
          />
        </RadioGroup>
        <TextField
          label="What was seen, and where"
          required
          multiline
          minRows={2}
          value={evidence}
          onChange={(event) => setEvidence(event.target.value)}
          helperText="The audit log keeps it."
          slotProps={{ htmlInput: { maxLength: 2000 } }}
        />
        {settle.error && <Alert severity="warning">{asApiError(settle.error).message}</Alert>}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="contained" disabled={!isReady} loading={settle.isPending}>
          Settle
        </Button>
      </DialogActions>
    </form>
  );
}
