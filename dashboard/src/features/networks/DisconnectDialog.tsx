import TextField from '@mui/material/TextField';
import { useState } from 'react';

import { FormDialog } from '@/components/FormDialog';
import { type Network, useDisconnect } from './queries';

export default function DisconnectDialog({
  network,
  onClose,
}: {
  network: Network;
  onClose: () => void;
}) {
  const [reason, setReason] = useState('');
  const disconnect = useDisconnect(network);
  return (
    <FormDialog
      title={`Disconnect ${network.title}?`}
      verb={`Disconnect ${network.title}`}
      refusal={null}
      isBusy={disconnect.isPending}
      isReady={reason.trim() !== ''}
      isDangerous
      onSubmit={() => disconnect.mutate(reason.trim(), { onSettled: onClose })}
      onClose={onClose}
    >
      <div>
        It is called no more from this moment; what is under way there ends. What is stored for it
        stays, sealed.
      </div>
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
