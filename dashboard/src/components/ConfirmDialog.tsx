import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { type ReactNode, useState } from 'react';

interface ConfirmDialogProps {
  open: boolean;
  title: string;
  /** What will happen, and what cannot be undone about it. */
  children: ReactNode;
  /** The verb: "Delete 12 accounts", never "OK". */
  confirm: string;
  /** What leaves all as it is, where "Cancel" would be read as the act. */
  dismiss?: string;
  /** Must be typed first; only for what cannot be undone. */
  typed?: string;
  isDangerous?: boolean;
  isBusy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}

export function ConfirmDialog(props: ConfirmDialogProps) {
  return (
    <Dialog open={props.open} onClose={props.onClose} maxWidth="xs" fullWidth>
      {props.open && <Question {...props} />}
    </Dialog>
  );
}

/** Mounted with each opening, so that nothing typed is left from the last one. */
function Question(props: ConfirmDialogProps) {
  const { title, children, confirm, typed, isDangerous = false, isBusy = false } = props;
  const [text, setText] = useState('');
  const isReady = typed === undefined || text.trim() === typed;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady) props.onConfirm();
      }}
    >
      <DialogTitle>{title}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <div>{children}</div>
        {typed !== undefined && (
          <TextField
            autoFocus
            fullWidth
            label={`Type ${typed} to confirm`}
            value={text}
            onChange={(event) => setText(event.target.value)}
            slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
          />
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={props.onClose}>{props.dismiss ?? 'Cancel'}</Button>
        <Button
          type="submit"
          variant="contained"
          color={isDangerous ? 'error' : 'primary'}
          disabled={!isReady}
          loading={isBusy}
          autoFocus={typed === undefined && !isDangerous}
        >
          {confirm}
        </Button>
      </DialogActions>
    </form>
  );
}
