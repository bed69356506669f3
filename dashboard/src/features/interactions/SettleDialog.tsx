import FormControlLabel from '@mui/material/FormControlLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import { useState } from 'react';

import { FormDialog } from '@/components/FormDialog';
import { asApiError } from '@/lib/api';
import { type Settlement, useSettle } from './actions';
import type { Attempt } from './queries';

interface SettleDialogProps {
  attempt: Attempt;
  open: boolean;
  onClose: () => void;
}

/** A person says what they have seen. It counts from then on, so it is not offered to be undone. */
export function SettleDialog(props: SettleDialogProps) {
  return props.open && <Form {...props} />;
}

function Form({ attempt, onClose }: SettleDialogProps) {
  const [outcome, setOutcome] = useState<Settlement['outcome'] | null>(null);
  const [evidence, setEvidence] = useState('');
  const settle = useSettle();
  const isReady = outcome !== null && evidence.trim() !== '';
  return (
    <FormDialog
      title={`Did the ${attempt.action} of @${attempt.target_username} happen?`}
      verb="Settle"
      refusal={settle.error && asApiError(settle.error).message}
      isBusy={settle.isPending}
      isReady={isReady}
      onSubmit={() => {
        if (outcome === null) return;
        settle.mutate({ attempt, outcome, evidence: evidence.trim() }, { onSuccess: onClose });
      }}
      onClose={onClose}
    >
      <RadioGroup
        aria-label="Outcome"
        value={outcome ?? ''}
        onChange={(_, value) => setOutcome(value as Settlement['outcome'])}
      >
        <FormControlLabel
          value="confirmed"
          control={<Radio size="small" />}
          label="Yes: it counts, and the person stays in the window"
        />
        <FormControlLabel
          value="absent"
          control={<Radio size="small" />}
          label="No: the person is free and may be engaged again"
        />
      </RadioGroup>
      <TextField
        label="What was seen, and where"
        required
        multiline
        minRows={2}
        value={evidence}
        onChange={(event) => setEvidence(event.target.value)}
        helperText="The audit log keeps it."
        slotProps={{ htmlInput: { maxLength: 2000 } }}
      />
    </FormDialog>
  );
}
