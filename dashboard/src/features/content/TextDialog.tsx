import TextField from '@mui/material/TextField';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useState } from 'react';

import { FormDialog } from '@/components/FormDialog';
import { asApiError, type Model } from '@/lib/api';
import { words } from '@/lib/numbers';
import { useAddText } from './actions';
import { type Details, FIRST, sentOf, type Wrong, wrongIn } from './details';
import { DetailsFields } from './DetailsFields';
import { PersonaField, personaOf } from './PersonaField';
import { TEXT_KINDS, type TextKind } from './reading';

interface TextDialogProps {
  personas: readonly Model<'PersonaRead'>[];
  /** The id of the persona that is looked at. */
  first: string | null;
  onClose: () => void;
}

/** Where a text of this kind is taken from unless the settings say otherwise. */
const USUAL: Record<TextKind, string> = { bio: 'bio', caption: 'post', title: 'highlight' };

/** Adds a bio, a caption or a title to the pool of a persona. */
export default function TextDialog({ personas, first, onClose }: TextDialogProps) {
  const [wanted, setWanted] = useState(first);
  const persona = personaOf(wanted, personas);
  const [kind, setKind] = useState<TextKind>('bio');
  const [text, setText] = useState('');
  const [details, setDetails] = useState<Details>({ ...FIRST, category: USUAL.bio });
  const [refused, setRefused] = useState<Wrong>({});
  const add = useAddText();
  const wrong = { ...refused, ...wrongIn(details) };
  const send = () => {
    if (persona === '' || text.trim() === '') {
      setRefused({
        ...(persona === '' && { persona: 'Say whose text it is.' }),
        ...(text.trim() === '' && { text: 'Write it.' }),
      });
      return;
    }
    setRefused({});
    add.mutate(
      { persona: Number(persona), kind, text, ...sentOf(details) },
      {
        onSuccess: onClose,
        onError: (error) => {
          const { fields, message } = asApiError(error);
          setRefused(
            fields.length > 0
              ? Object.fromEntries(fields.map((one) => [one.field, one.message]))
              : { form: message },
          );
        },
      },
    );
  };
  return (
    <FormDialog
      title="Add a text"
      verb="Add text"
      refusal={refused.form}
      isBusy={add.isPending}
      isReady={Object.keys(wrongIn(details)).length === 0}
      onSubmit={send}
      onClose={onClose}
    >
      <ToggleButtonGroup
        exclusive
        size="small"
        aria-label="What it is"
        value={kind}
        onChange={(_, next: TextKind | null) => {
          if (next === null) return;
          setKind(next);
          setDetails({ ...details, category: USUAL[next] });
        }}
      >
        {TEXT_KINDS.map((one) => (
          <ToggleButton key={one} value={one}>
            {words(one)}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <TextField
        autoFocus
        required
        multiline
        minRows={3}
        maxRows={10}
        label="Text"
        value={text}
        onChange={({ target }) => setText(target.value)}
        error={refused.text !== undefined}
        helperText={refused.text ?? 'Each persona has the same text of a kind once.'}
        slotProps={{ htmlInput: { maxLength: 2200 } }}
      />
      <PersonaField
        personas={personas}
        value={persona}
        onChange={setWanted}
        error={refused.persona}
      />
      <DetailsFields
        value={details}
        wrong={wrong}
        onChange={(change) => setDetails({ ...details, ...change })}
      />
    </FormDialog>
  );
}
