import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { type ReactNode, useId } from 'react';

interface FormDialogProps {
  title: ReactNode;
  /** The verb of the button that sends it. */
  verb: string;
  refusal: string | null | undefined;
  isBusy: boolean;
  /** Whether it may be sent; a form that says itself what is missing always may. */
  isReady?: boolean;
  isDangerous?: boolean;
  onSubmit: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** A short form in front of the page. Mount it anew for each opening, so that nothing typed is left. */
export function FormDialog(props: FormDialogProps) {
  const { title, verb, refusal, isBusy, isReady = true, isDangerous = false } = props;
  const id = useId();
  return (
    <Dialog open onClose={props.onClose} maxWidth="xs" fullWidth aria-labelledby={id}>
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (isReady) props.onSubmit();
        }}
      >
        <DialogTitle id={id}>{title}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2, '&&': { pt: 0.75 } }}>
          {refusal && <Alert severity="error">{refusal}</Alert>}
          {props.children}
        </DialogContent>
        <DialogActions>
          <Button onClick={props.onClose}>Cancel</Button>
          <Button
            type="submit"
            variant="contained"
            color={isDangerous ? 'error' : 'primary'}
            disabled={!isReady}
            loading={isBusy}
          >
            {verb}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
