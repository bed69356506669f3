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
import { useClaim, useResolve } from './queries';

/** Chosen first and settled second: what is settled here nobody can take back. */
export function Decision({ item, onSettled }: { item: InboxItem; onSettled: () => void }) {
  const [choice, setChoice] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const submit = useRef<HTMLButtonElement>(null);
  const me = useMe();
  const mayDecide = useCan('inbox:write');
  const claim = useClaim();
  const resolve = useResolve();
  const isMine = item.claimed_by !== null && me !== undefined && isNameOf(item.claimed_by, me.name);
  const isOthers = item.state === 'claimed' && !isMine;

  const numbered = item.choices.map(({ value }, at) => [
    String(at + 1),
    () => {
      // The button is open only once something is chosen, and then Enter settles.
      flushSync(() => setChoice(value));
      submit.current?.focus();
    },
  ]);
  const toggle = () =>
    claim.mutate({ item, how: isMine ? 'release' : isOthers ? 'take_over' : 'claim' });
  useKeys(mayDecide ? { ...Object.fromEntries(numbered), c: toggle } : {});
  if (!mayDecide) return null;

  return (
    <Box
      component="form"
      aria-label="Decision"
      onSubmit={(event) => {
        event.preventDefault();
        if (choice === null) return;
        resolve.mutate({ item, resolution: choice, note }, { onSuccess: onSettled });
      }}
      sx={{ display: 'grid', gap: 1.5, p: 2, border: 1, borderColor: 'divider', borderRadius: 1.5 }}
    >
      {isOthers && (
        <Typography variant="body2" sx={{ color: 'warning.text' }}>
          {item.claimed_by} is at it. Take it over before you decide.
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
        label="Note"
        placeholder="What you saw, for whoever asks later"
        multiline
        maxRows={6}
        value={note}
        disabled={isOthers}
        onChange={(event) => setNote(event.target.value)}
        slotProps={{ inputLabel: { shrink: true }, htmlInput: { maxLength: 2000 } }}
      />
      <Box sx={{ display: 'flex', gap: 1, justifyContent: 'flex-end' }}>
        <Button onClick={toggle} loading={claim.isPending} endIcon={<Kbd keys="c" />}>
          {isMine ? 'Give it back' : isOthers ? 'Take it over' : 'Take it up'}
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

/** `operator:anna` is Anna; the local operator has no kind before its name. */
function isNameOf(actor: string, name: string): boolean {
  return actor === name || actor.slice(actor.indexOf(':') + 1) === name;
}
