import TextField from '@mui/material/TextField';
import { type ReactNode, useState } from 'react';

import { FormDialog } from '@/components/FormDialog';

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
  return (
    <FormDialog
      title={props.title}
      verb={props.confirm}
      refusal={null}
      isBusy={props.isBusy}
      isReady={reason.trim() !== ''}
      isDangerous={props.isDangerous}
      onSubmit={() => props.onConfirm(reason.trim())}
      onClose={props.onClose}
    >
      <div>{props.children}</div>
      <TextField
        autoFocus
        label="Reason"
        helperText="The audit log keeps it."
        value={reason}
        onChange={(event) => setReason(event.target.value)}
        slotProps={{ htmlInput: { maxLength: 500 } }}
      />
    </FormDialog>
  );
}
