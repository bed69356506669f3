import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useForm } from 'react-hook-form';

import { FormDialog } from '@/components/FormDialog';
import { told, useSending } from '@/lib/forms';
import { useDecide, type Verb } from './actions';
import type { Phase, Row } from './queries';
import { PHASE_NAMES } from './reading';

interface DecideDialogProps {
  row: Row;
  phase: Phase;
  verb: Verb;
  onClose: () => void;
}

const WORDS: Record<Verb, { title: string; verb: string; about: string }> = {
  retry: {
    title: 'Try it again',
    verb: 'Try again now',
    about: 'It is available at once, with all its tries. What it was given is given back.',
  },
  skip: {
    title: 'Leave it out',
    verb: 'Leave it out',
    about: 'It counts as completed, and the next phase gets its time. That cannot be taken back.',
  },
  review: {
    title: 'Send it to a person',
    verb: 'Send it',
    about: 'No bot touches the phase until somebody has decided; the inbox asks for it.',
  },
};

/** What an operator decides about a phase, and why; the audit log keeps both. */
export default function DecideDialog({ row, phase, verb, onClose }: DecideDialogProps) {
  const form = useForm({ defaultValues: { note: '' } });
  const decide = useDecide();
  const words = WORDS[verb];
  const isNeeded = verb === 'skip';
  const sending = useSending(form, ['note'], async ({ note }) => {
    await decide.mutateAsync({ row, phase, verb, note });
    onClose();
  });
  return (
    <FormDialog
      title={`${words.title}: ${PHASE_NAMES[phase].toLowerCase()} of ${row.login}`}
      verb={words.verb}
      {...sending}
      onClose={onClose}
    >
      <Typography variant="body2">{words.about}</Typography>
      <TextField
        autoFocus
        multiline
        required={isNeeded}
        label="Why"
        {...told(form.formState.errors.note, 'For whoever asks later; the audit log keeps it.')}
        {...form.register('note', {
          validate: (note) => !isNeeded || note.trim() !== '' || 'Say why it is left out.',
        })}
        slotProps={{ htmlInput: { maxLength: 500 } }}
      />
    </FormDialog>
  );
}
