import Button from '@mui/material/Button';
import Popover from '@mui/material/Popover';
import TextField from '@mui/material/TextField';
import { useState } from 'react';

import { FilterChip } from './FilterChip';

interface TextFilterProps {
  label: string;
  value: string;
  type: 'text' | 'number' | 'datetime-local';
  onChange: (value: string | null) => void;
}

export function TextFilter({ label, value, type, onChange }: TextFilterProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [text, setText] = useState(value);
  return (
    <>
      <FilterChip
        label={label}
        value={value === '' ? null : value.replace('T', ' ')}
        onOpen={(event) => {
          setText(value);
          setAnchor(event.currentTarget);
        }}
        onClear={() => onChange(null)}
      />
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { sx: { mt: 0.5, p: 1.5 } } }}
      >
        <form
          style={{ display: 'flex', gap: 8 }}
          onSubmit={(event) => {
            event.preventDefault();
            onChange(text.trim() === '' ? null : text.trim());
            setAnchor(null);
          }}
        >
          <TextField
            autoFocus
            label={label}
            type={type}
            value={text}
            onChange={(event) => setText(event.target.value)}
            slotProps={{ inputLabel: { shrink: true } }}
          />
          <Button type="submit" variant="contained">
            Apply
          </Button>
        </form>
      </Popover>
    </>
  );
}
