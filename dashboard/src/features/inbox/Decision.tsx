import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useRef, useState } from 'react';
import { flushSync } from 'react-dom';

import { Kbd } from '@/components/Kbd';
import type { InboxItem } from '@/lib/api';
import { useKeys } from '@/lib/keys';
import { useCan, useMe } from '@/lib/queries/me';
import { AssignMenu } from './AssignMenu';
import { useClaim, useResolve } from './queries';
import { nameOf, standingOf } from './standing';

interface DecisionProps {
  item: InboxItem;
  /** Whether a person has added a picture already, which shows that something is done. */
  hasPicture: boolean;
  onSettled: () => void;
}

/** Chosen first and settled second: what is settled here nobody can take back. */
export function Decision({ item, hasPicture, onSettled }: DecisionProps) {
  const [choice, setChoice] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const submit = useRef<HTMLButtonElement>(null);
  const noteField = useRef<HTMLTextAreaElement>(null);
  const me = useMe();
  const mayDecide = useCan('inbox:write');
  const claim = useClaim();
  const resolve = useResolve();
  const { isTaken, isOthers, holder } = standingOf(item, me);
  const chosen = item.choices.find(({ value }) => value === choice);
  const isUnshown = chosen?.needs_evidence === true && !hasPicture && note.trim() === '';

  const choose = (value: string) => {
    if (isOthers) return;
    // The button is open only once something is chosen, and then Enter settles.
    flushSync(() => setChoice(value));
    submit.current?.focus();
  };
  const settle = () => {
    if (choice === null || isOthers) return;
    if (isUnshown) noteField.current?.focus();
    else resolve.mutate({ item, resolution: choice, note }, { onSuccess: onSettled });
  };
  const toggle = () =>
    claim.mutate({ item, how: isTaken ? 'release' : isOthers ? 'take_over' : 'claim' });
  const numbered = item.choices.map(({ value }, at) => [String(at + 1), () => choose(value)]);
  useKeys(
    mayDecide
      ? {
          ...Object.fromEntries(numbered),
          c: toggle,
          e: settle,
          n: () => noteField.current?.focus(),
        }
      : {},
  );
  if (!mayDecide) return null;

  return (
    <Box
      component="form"
      aria-label="Decision"
      onSubmit={(event) => {
        event.preventDefault();
        settle();
      }}
      sx={{ display: 'grid', gap: 1.5, p: 2, border: 1, borderColor: 'divider', borderRadius: 1.5 }}
    >
      {isOthers && holder !== null && (
        <Typography variant="body2" sx={{ color: 'warning.text' }}>
          {item.claimed_by !== null ? `${holder} is at it.` : `It waits for ${nameOf(holder)}.`}{' '}
          Take it over before you decide.
        </Typography>
      )}
      <RadioGroup
        aria-label="What is it to be?"
        value={choice ?? ''}
        onChange={(_, value) => setChoice(value)}
      >
        {item.choices.map(({ value, label }, at) => (
          <FormControlLabel
            key={value}
            value={value}
            disabled={isOthers}
            control={<Radio size="small" />}
            label={
              <Box component="span" sx={{ display: 'inline-flex', gap: 1, alignItems: 'center' }}>
                {label} <Kbd keys={String(at + 1)} />
              </Box>
            }
          />
        ))}
      </RadioGroup>
      <TextField
        inputRef={noteField}
        label="Note"
        placeholder="What you saw, for whoever asks later"
        multiline
        maxRows={6}
        value={note}
        disabled={isOthers}
        helperText={
          // Its place is kept, so that choosing moves nothing.
          item.choices.some(({ needs_evidence: needs }) => needs)
            ? isUnshown
              ? 'Say what shows it, or add a picture above.'
              : ' '
            : undefined
        }
        onChange={(event) => setNote(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) settle();
          if (event.key === 'Escape') noteField.current?.blur();
        }}
        slotProps={{ inputLabel: { shrink: true }, htmlInput: { maxLength: 2000 } }}
      />
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, justifyContent: 'flex-end' }}>
        <AssignMenu item={item} isDisabled={isOthers && item.claimed_by !== null} />
        <Button onClick={toggle} loading={claim.isPending} endIcon={<Kbd keys="c" />}>
          {isTaken ? 'Give it back' : isOthers ? 'Take it over' : 'Take it up'}
        </Button>
        <Button
          ref={submit}
          type="submit"
          variant="contained"
          disabled={choice === null || isOthers}
          loading={resolve.isPending}
        >
          Settle
        </Button>
      </Box>
    </Box>
  );
}
