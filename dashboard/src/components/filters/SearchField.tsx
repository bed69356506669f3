import IconButton from '@mui/material/IconButton';
import InputAdornment from '@mui/material/InputAdornment';
import Close from '@mui/icons-material/Close';
import Search from '@mui/icons-material/Search';
import TextField from '@mui/material/TextField';
import { useEffect, useRef, useState } from 'react';

import { Kbd } from '../Kbd';

interface SearchFieldProps {
  label: string;
  value: string;
  onChange: (value: string | null) => void;
}

const PAUSE = 250;

/** Searches while it is typed in; `/` leads here from anywhere on the page. */
export function SearchField({ label, value, onChange }: SearchFieldProps) {
  const [text, setText] = useState(value);
  const [known, setKnown] = useState(value);
  const latest = useRef(onChange);
  useEffect(() => {
    latest.current = onChange;
  });
  // The back button and saved views change it from outside.
  if (known !== value) {
    setKnown(value);
    setText(value);
  }
  useEffect(() => {
    if (text === value) return;
    const timer = setTimeout(() => {
      setKnown(text);
      latest.current(text === '' ? null : text);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [text, value]);

  return (
    <TextField
      value={text}
      onChange={(event) => setText(event.target.value)}
      onKeyDown={(event) => {
        if (event.key === 'Escape') (event.target as HTMLElement).blur();
      }}
      placeholder={label}
      sx={{ flex: { xs: '1 1 160px', sm: '0 0 auto' }, width: { sm: 260 } }}
      slotProps={{
        htmlInput: {
          'aria-label': label,
          'data-search': '',
          type: 'text',
          autoComplete: 'off',
          spellCheck: false,
        },
        input: {
          sx: { height: 32 },
          startAdornment: (
            <InputAdornment position="start">
              <Search sx={{ fontSize: 18 }} />
            </InputAdornment>
          ),
          endAdornment: (
            <InputAdornment position="end">
              {text === '' ? (
                <Kbd keys="/" />
              ) : (
                <IconButton aria-label="Clear search" onClick={() => setText('')} edge="end">
                  <Close sx={{ fontSize: 16 }} />
                </IconButton>
              )}
            </InputAdornment>
          ),
        },
      }}
    />
  );
}
