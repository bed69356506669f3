import Checkbox from '@mui/material/Checkbox';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';

import { words } from '@/lib/numbers';
import { FilterChip } from './FilterChip';

export interface Choice {
  value: string;
  label?: string;
}

interface ChoiceFilterProps {
  label: string;
  options: Choice[];
  chosen: string[];
  many: boolean;
  onChange: (chosen: string[]) => void;
}

export function ChoiceFilter({ label, options, chosen, many, onChange }: ChoiceFilterProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const nameOf = (value: string) =>
    options.find((option) => option.value === value)?.label ?? words(value);
  const toggle = (value: string) => {
    if (!many) {
      onChange(chosen.includes(value) ? [] : [value]);
      setAnchor(null);
    } else {
      onChange(chosen.includes(value) ? chosen.filter((one) => one !== value) : [...chosen, value]);
    }
  };
  return (
    <>
      <FilterChip
        label={label}
        value={chosen.length === 0 ? null : chosen.map(nameOf).join(', ')}
        onOpen={(event) => setAnchor(event.currentTarget)}
        onClear={() => onChange([])}
      />
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {options.map(({ value }) => {
          const isChosen = chosen.includes(value);
          return (
            <MenuItem
              key={value}
              role={many ? 'menuitemcheckbox' : 'menuitemradio'}
              aria-checked={isChosen}
              selected={!many && isChosen}
              onClick={() => toggle(value)}
            >
              {many && (
                <Checkbox
                  checked={isChosen}
                  size="small"
                  tabIndex={-1}
                  sx={{ p: 0, mr: 1 }}
                  aria-hidden
                />
              )}
              {nameOf(value)}
            </MenuItem>
          );
        })}
      </Menu>
    </>
  );
}
