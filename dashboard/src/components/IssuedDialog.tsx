import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { useId } from 'react';

import { CopyText } from './CopyText';

interface IssuedDialogProps {
  title: string;
  token: string;
  /** A command that uses it, and what to say of that. */
  command: string;
  about: string;
  onClose: () => void;
}

/** A token that was just made, shown this once. */
export function IssuedDialog({ title, token, command, about, onClose }: IssuedDialogProps) {
  const id = useId();
  return (
    // Only the button closes it: a click beside it would lose the token.
    <Dialog open maxWidth="sm" fullWidth aria-labelledby={id}>
      <DialogTitle id={id}>{title}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Alert severity="warning">
          It is shown this once. Copy it now; only its fingerprint is kept here.
        </Alert>
        <Box sx={{ p: 1.5, border: 1, borderColor: 'divider', borderRadius: 1 }}>
          <CopyText text={token} />
        </Box>
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
          {about}
          <br />
          <CopyText text={command} />
        </Box>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose}>
          I have copied it
        </Button>
      </DialogActions>
    </Dialog>
  );
}
