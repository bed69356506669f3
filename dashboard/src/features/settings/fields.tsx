import FormControlLabel from '@mui/material/FormControlLabel';
import InputAdornment from '@mui/material/InputAdornment';
import Switch from '@mui/material/Switch';
import TextField from '@mui/material/TextField';
import { Controller, type FieldPathByValue, type Path, useFormContext } from 'react-hook-form';

import { told } from '@/lib/forms';
import type { Draft } from './draft';

interface NumberFieldProps {
  name: Path<Draft>;
  label: string;
  unit?: string;
  help?: string;
  placeholder?: string;
  /** Inside a table, whose row and column say what it is. */
  isBare?: boolean;
}

/** One value; what the server refuses about it stands below it. */
export function ValueField({ name, label, unit, help, placeholder, isBare }: NumberFieldProps) {
  const { register, getFieldState, formState } = useFormContext<Draft>();
  const { error, isDirty } = getFieldState(name, formState);
  return (
    <TextField
      label={isBare ? undefined : label}
      placeholder={placeholder}
      fullWidth={!isBare}
      {...told(error, help)}
      sx={{
        ...(isBare && { width: 104 }),
        ...(isDirty && { '& .MuiOutlinedInput-notchedOutline': { borderColor: 'primary.main' } }),
      }}
      slotProps={{
        htmlInput: { inputMode: 'decimal', 'aria-label': isBare ? label : undefined },
        inputLabel: { shrink: true },
        input: {
          endAdornment: unit && <InputAdornment position="end">{unit}</InputAdornment>,
        },
      }}
      {...register(name)}
    />
  );
}

interface SwitchFieldProps {
  name: FieldPathByValue<Draft, boolean>;
  label: string;
}

export function SwitchField({ name, label }: SwitchFieldProps) {
  const { control } = useFormContext<Draft>();
  return (
    <Controller
      name={name}
      control={control}
      render={({ field: { value, ...field } }) => (
        <FormControlLabel
          sx={{ display: 'flex' }}
          control={<Switch size="small" checked={value} {...field} />}
          label={label}
        />
      )}
    />
  );
}
