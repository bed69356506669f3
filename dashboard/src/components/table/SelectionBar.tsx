import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { PropsWithChildren } from 'react';

import { count } from '@/lib/numbers';
import { NOTHING, type Selection, sizeOf } from './selection';

interface SelectionBarProps extends PropsWithChildren {
  selection: Selection;
  total: number | null;
  isWholePage: boolean;
  onSelect: (selection: Selection) => void;
}

/** Takes the place of the footer while something is selected, so that nothing above it moves. */
export function SelectionBar({
  selection,
  total,
  isWholePage,
  onSelect,
  children,
}: SelectionBarProps) {
  const size = sizeOf(selection);
  const canWiden = selection.kind === 'ids' && isWholePage && total !== null && total > size;
  return (
    <Box
      role="toolbar"
      aria-label="Selection"
      sx={{
        display: 'flex',
        alignItems: 'center',
        flexWrap: 'wrap',
        gap: 1,
        minHeight: 44,
        px: 1.5,
        py: 0.5,
        borderTop: 1,
        borderColor: 'divider',
        bgcolor: 'primary.soft',
      }}
    >
      <Typography
        variant="body2"
        sx={{ fontWeight: 550, color: 'primary.text' }}
        aria-live="polite"
      >
        {count(size)} selected{selection.kind === 'matching' && ', all that match'}
      </Typography>
      {canWiden && (
        <Button color="primary" onClick={() => onSelect({ kind: 'matching', total })}>
          Select all {count(total)} matching
        </Button>
      )}
      <Button onClick={() => onSelect(NOTHING)}>Clear</Button>
      <Box sx={{ display: 'flex', gap: 1, ml: 'auto', flexWrap: 'wrap' }}>{children}</Box>
    </Box>
  );
}
