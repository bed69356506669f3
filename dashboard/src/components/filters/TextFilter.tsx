import Button from '@mui/material/Button';
import TextField from '@mui/material/TextField';
import { useState } from 'react';

import { FilterPopover } from './FilterPopover';

interface TextFilterProps {
  label: string;
  value: string;
  type: 'text' | 'number' | 'datetime-local';
  onChange: (value: string | null) => void;
}

export function TextFilter(props: TextFilterProps) {
  const { label, value, onChange } = props;
  return (
    <FilterPopover
      label={label}
      value={value === '' ? null : value.replace('T', ' ')}
      onClear={() => onChange(null)}
    >
      {(close) => <Entry {...props} onDone={close} />}
    </FilterPopover>
  );
}

function Entry({ label, value, type, onChange, onDone }: TextFilterProps & { onDone: () => void }) {
  const [text, setText] = useState(value);
  return (
    <form
      style={{ display: 'flex', gap: 8 }}
      onSubmit={(event) => {
        event.preventDefault();
        onChange(text.trim() === '' ? null : text.trim());
        onDone();
      }}
    >
      <TextField
        autoFocus
        label={label}
        type={type}
        value={text}
        onChange={(event) => setText(event.target.value)}
        slotProps={{ inputLabel: { shrink: true } }}
        sx={{ flex: 1 }}
      />
      <Button type="submit" variant="contained">
        Apply
      </Button>
    </form>
  );
}
