import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import { useState } from 'react';
import { useForm } from 'react-hook-form';

import { CopyText } from '@/components/CopyText';
import type { Model } from '@/lib/api';
import { showFieldErrors } from '@/lib/forms';
import { useSetFactor } from './actions';
import { newTotpSecret } from './totp';
import { FormDialog } from './FormDialog';

interface FactorDialogProps {
  operator: Model<'OperatorRead'>;
  onClose: () => void;
}

export function FactorDialog({ operator, onClose }: FactorDialogProps) {
  const [secret] = useState(newTotpSecret);
  const setFactor = useSetFactor();
  const [refusal, setRefusal] = useState<string | null>(null);
  const { register, handleSubmit, setError, formState } = useForm({
    defaultValues: { totp_code: '' },
  });
  const wrong = formState.errors.totp_code;
  const address = `otpauth://totp/Retinue:${encodeURIComponent(operator.username)}?secret=${secret}&issuer=Retinue`;
  const submit = handleSubmit(async ({ totp_code }) => {
    try {
      const code = totp_code.replaceAll(' ', '');
      await setFactor.mutateAsync({ id: operator.id, totp_secret: secret, totp_code: code });
      onClose();
    } catch (error) {
      setRefusal(showFieldErrors(error, setError, ['totp_code']));
    }
  });
  return (
    <FormDialog
      title="Set up a second factor"
      verb="Switch on"
      refusal={refusal}
      isBusy={setFactor.isPending}
      onSubmit={() => void submit()}
      onClose={onClose}
    >
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
        error={wrong !== undefined}
        helperText={wrong?.message}
        slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 7 } }}
        {...register('totp_code', {
          validate: (code) => /^\d{6}$/.test(code.replaceAll(' ', '')) || 'Six digits are needed.',
        })}
      />
    </FormDialog>
  );
}
