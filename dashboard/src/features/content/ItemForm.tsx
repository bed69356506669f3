import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';

import { asApiError } from '@/lib/api';
import { isPicture } from './actions';
import { type Details, detailsOf, sentOf, type Wrong, wrongIn } from './details';
import { DetailsFields } from './DetailsFields';
import type { Item } from './queries';

export interface Said {
  details: ReturnType<typeof sentOf>;
  title: string;
  text: string;
}

interface ItemFormProps {
  item: Item;
  onKeep: (said: Said) => Promise<unknown>;
}

/** What is said of a picture or a text, to be changed. The words of a text can be changed until it is given to somebody. */
export function ItemForm({ item, onKeep }: ItemFormProps) {
  const first = detailsOf(item);
  const [details, setDetails] = useState<Details>(first);
  const [title, setTitle] = useState(isPicture(item) ? (item.title ?? '') : '');
  const [text, setText] = useState(isPicture(item) ? '' : item.text);
  const [refused, setRefused] = useState<Wrong>({});
  const [isBusy, setBusy] = useState(false);
  const wrong = { ...refused, ...wrongIn(details) };
  const isWrong = Object.keys(wrongIn(details)).length > 0;
  const wasGiven = item.use_count + item.held_count > 0;
  const isChanged =
    JSON.stringify(details) !== JSON.stringify(first) ||
    (isPicture(item) ? title !== (item.title ?? '') : text !== item.text);
  const keep = async () => {
    setBusy(true);
    setRefused({});
    try {
      await onKeep({ details: sentOf(details), title: title.trim(), text });
    } catch (error) {
      const { fields, message } = asApiError(error);
      setRefused(
        fields.length > 0
          ? Object.fromEntries(fields.map((one) => [one.field, one.message]))
          : { form: message },
      );
    } finally {
      setBusy(false);
    }
  };
  return (
    <Box
      component="form"
      aria-label="What is said of it"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (isChanged && !isWrong) void keep();
      }}
      sx={{ display: 'grid', gap: 2 }}
    >
      <Typography variant="h3">What is said of it</Typography>
      {refused.form && <Alert severity="error">{refused.form}</Alert>}
      {isPicture(item) ? (
        <TextField
          size="small"
          label="Title"
          value={title}
          onChange={({ target }) => setTitle(target.value)}
          error={refused.title !== undefined}
          helperText={refused.title}
          slotProps={{ htmlInput: { maxLength: 200, autoComplete: 'off' } }}
        />
      ) : (
        <TextField
          multiline
          maxRows={8}
          size="small"
          label="Text"
          value={text}
          disabled={wasGiven}
          onChange={({ target }) => setText(target.value)}
          error={refused.text !== undefined}
          helperText={
            refused.text ?? (wasGiven ? 'Somebody was given it, so its words stay.' : undefined)
          }
          slotProps={{ htmlInput: { maxLength: 2200 } }}
        />
      )}
      <DetailsFields
        value={details}
        wrong={wrong}
        onChange={(change) => setDetails({ ...details, ...change })}
      />
      <Box sx={{ display: 'flex', justifyContent: 'flex-end' }}>
        <Button type="submit" variant="contained" disabled={!isChanged || isWrong} loading={isBusy}>
          Keep changes
        </Button>
      </Box>
    </Box>
  );
}
