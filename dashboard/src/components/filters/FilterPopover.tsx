import Box from '@mui/material/Box';
import Popover from '@mui/material/Popover';
import { type ReactNode, useState } from 'react';

import { FilterChip } from './FilterChip';

interface FilterPopoverProps {
  label: string;
  value: string | null;
  onClear: () => void;
  /** What the filter is set with; mounted anew with each opening. */
  children: (close: () => void) => ReactNode;
}

/** A filter whose value is typed or looked for, below its chip. */
export function FilterPopover({ label, value, onClear, children }: FilterPopoverProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => setAnchor(null);
  return (
    <>
      <FilterChip
        label={label}
        value={value}
        onOpen={(event) => setAnchor(event.currentTarget)}
        onClear={onClear}
      />
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={close}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { sx: { mt: 0.5, p: 1.5 } } }}
      >
        <Box sx={{ minWidth: 280 }}>{children(close)}</Box>
      </Popover>
    </>
  );
}
