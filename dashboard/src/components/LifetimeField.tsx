import MenuItem from '@mui/material/MenuItem';
import TextField, { type TextFieldProps } from '@mui/material/TextField';

import type { Lifetime } from '@/lib/lifetimes';

interface LifetimeFieldProps extends Omit<TextFieldProps, 'variant'> {
  choices: Lifetime[];
}

/** How long something will last; its value is for `endAfter`. */
export function LifetimeField({ choices, ...field }: LifetimeFieldProps) {
  return (
    <TextField
      select
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      {...field}
    >
      {choices.map(([days, label]) => (
        <MenuItem key={days} value={days}>
          {label}
        </MenuItem>
      ))}
    </TextField>
  );
}
