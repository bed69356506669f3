import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { useState } from 'react';

import { AccountPicker } from '@/components/AccountPicker';
import { Countdown, Moment } from '@/components/Time';
import { type Account, asApiError } from '@/lib/api';
import { useStartSession } from './actions';

interface StartDialogProps {
  open: boolean;
  onClose: () => void;
}

export function StartDialog({ open, onClose }: StartDialogProps) {
  return (
    <Dialog open={open} onClose={onClose} maxWidth="xs" fullWidth aria-labelledby="start-title">
      {open && <Form onClose={onClose} />}
    </Dialog>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const [account, setAccount] = useState<Account | null>(null);
  const start = useStartSession({ quiet: true });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (account) start.mutate({ account: account.login }, { onSuccess: onClose });
      }}
    >
      <DialogTitle id="start-title">Start a session</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <Typography variant="body2" color="textSecondary">
          The account works through its configuration until its jobs, its limits or its hours end.
        </Typography>
        <AccountPicker
          label="Account"
          value={account}
          onChange={(next) => {
            start.reset();
            setAccount(next);
          }}
          autoFocus
        />
        {start.error && <Refusal error={start.error} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="contained" disabled={!account} loading={start.isPending}>
          Start session
        </Button>
      </DialogActions>
    </form>
  );
}

/** Why not, and where that ends by itself, when. */
function Refusal({ error }: { error: unknown }) {
  const { message, facts, traceId } = asApiError(error);
  const until = typeof facts.until === 'string' ? facts.until : null;
  return (
    <Alert severity="warning" role="alert">
      <Typography variant="body2">{message}</Typography>
      {until && (
        <Typography variant="body2">
          Free in <Countdown until={until} />, at <Moment at={until} />.
        </Typography>
      )}
      {traceId && (
        <Typography variant="caption" color="textSecondary">
          Trace {traceId}
        </Typography>
      )}
    </Alert>
  );
}
