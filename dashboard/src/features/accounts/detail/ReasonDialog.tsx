import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { type ReactNode, useState } from 'react';

interface ReasonDialogProps {
  title: string;
  children: ReactNode;
  confirm: string;
  isDangerous?: boolean;
  isBusy: boolean;
  onConfirm: (reason: string) => void;
  onClose: () => void;
}

/** Asks for the reason that the audit log keeps. */
export function ReasonDialog(props: ReasonDialogProps) {
  const [reason, setReason] = useState('');
  const isReady = reason.trim() !== '';
  return (
    <Dialog open onClose={props.onClose} maxWidth="xs" fullWidth aria-labelledby="reason-title">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) props.onConfirm(reason.trim());
        }}
      >
        <DialogTitle id="reason-title">{props.title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2 }}>
          <div>{props.children}</div>
          <TextField
            autoFocus
            label="Reason"
            helperText="The audit log keeps it."
            value={reason}
            onChange={(event) => setReason(event.target.value)}
            slotProps={{ htmlInput: { maxLength: 500 } }}
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="contained"
            color={props.isDangerous ? 'error' : 'primary'}
            disabled={!isReady}
            loading={props.isBusy}
          >
            {props.confirm}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
