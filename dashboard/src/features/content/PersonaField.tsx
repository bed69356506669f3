import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';

import type { Model } from '@/lib/api';

interface PersonaFieldProps {
  personas: readonly Model<'PersonaRead'>[];
  value: string;
  onChange: (value: string) => void;
  error?: string;
  hint?: string;
}

/** The only one there is, where nobody has said whose it is: among several nothing is guessed. */
export function personaOf(
  wanted: string | null,
  personas: readonly Model<'PersonaRead'>[],
): string {
  return wanted ?? (personas.length === 1 ? String(personas[0]?.id) : '');
}

/** Whose it is. */
export function PersonaField({ personas, value, onChange, error, hint }: PersonaFieldProps) {
  return (
    <TextField
      select
      required
      size="small"
      label="Persona"
      value={personas.some(({ id }) => String(id) === value) ? value : ''}
      onChange={({ target }) => onChange(target.value)}
      error={error !== undefined}
      helperText={error ?? (personas.length === 0 ? 'There is none yet: add one first.' : hint)}
    >
      {personas.map(({ id, name }) => (
        <MenuItem key={id} value={String(id)}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  );
}
