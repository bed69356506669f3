import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useForm } from 'react-hook-form';

import { CopyText } from '@/components/CopyText';
import { FormDialog } from '@/components/FormDialog';
import type { Model } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { useSetFactor } from './actions';
import { newTotpSecret } from './totp';

interface FactorDialogProps {
  operator: Model<'OperatorRead'>;
  onClose: () => void;
}

export function FactorDialog({ operator, onClose }: FactorDialogProps) {
  const [secret] = useState(newTotpSecret);
  const setFactor = useSetFactor();
  const form = useForm({ defaultValues: { totp_code: '' } });
  const address = `otpauth://totp/Retinue:${encodeURIComponent(operator.username)}?secret=${secret}&issuer=Retinue`;
  const sending = useSending(form, ['totp_code'], async ({ totp_code }) => {
    const code = totp_code.replaceAll(' ', '');
    await setFactor.mutateAsync({ id: operator.id, totp_secret: secret, totp_code: code });
    onClose();
  });
  return (
    <FormDialog title="Set up a second factor" verb="Switch on" {...sending} onClose={onClose}>
      <Box component="ol" sx={{ m: 0, pl: 2.5, fontSize: '0.8125rem', '& li': { mb: 1 } }}>
        <li>
          Give this key to an authenticator app: <CopyText text={secret} />
          <br />
          or its address: <CopyText text={address} shown="otpauth://…" />
        </li>
        <li>Type the six digits that the app shows now.</li>
      </Box>
      <TextField
        label="Six digits"
        autoFocus
        autoComplete="one-time-code"
        {...told(form.formState.errors.totp_code)}
        slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 7 } }}
        {...form.register('totp_code', {
          validate: (code) => /^\d{6}$/.test(code.replaceAll(' ', '')) || 'Six digits are needed.',
        })}
      />
    </FormDialog>
  );
}
