import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import type { ReactNode } from 'react';

interface FormDialogProps {
  title: string;
  /** The verb of the button that sends it. */
  verb: string;
  refusal: string | null;
  isBusy: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A short form in front of the page. Mount it anew for each opening, so that nothing typed is left. */
export function FormDialog(props: FormDialogProps) {
  const { title, verb, refusal, isBusy, onSubmit, onClose, children } = props;
  return (
    <Dialog open onClose={onClose} maxWidth="xs" fullWidth aria-labelledby="form-title">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          onSubmit();
        }}
      >
        <DialogTitle id="form-title">{title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2, '&&': { pt: 0.75 } }}>
          {refusal !== null && <Alert severity="error">{refusal}</Alert>}
          {children}
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="contained" loading={isBusy}>
            {verb}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
