import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Close from '@mui/icons-material/Close';
import ExpandMore from '@mui/icons-material/ExpandMore';
import IconButton from '@mui/material/IconButton';
import type { MouseEvent } from 'react';

interface FilterChipProps {
  label: string;
  /** What the filter holds, in words; null while it holds nothing. */
  value: string | null;
  onOpen: (event: MouseEvent<HTMLElement>) => void;
  onClear: () => void;
}

/** A filter as a button that says what it holds, with its own way to be emptied. */
export function FilterChip({ label, value, onOpen, onClear }: FilterChipProps) {
  const isSet = value !== null;
  return (
    <Box
      sx={{
        display: 'inline-flex',
        flexShrink: 0,
        border: 1,
        borderRadius: 1,
        borderStyle: isSet ? 'solid' : 'dashed',
        borderColor: isSet ? 'primary.main' : 'divider',
        bgcolor: isSet ? 'primary.soft' : 'transparent',
        maxWidth: 320,
      }}
    >
      <Button
        onClick={onOpen}
        aria-haspopup="true"
        endIcon={isSet ? undefined : <ExpandMore />}
        sx={{ color: isSet ? 'primary.text' : 'text.secondary', minHeight: 30, px: 1, minWidth: 0 }}
      >
        <Box
          component="span"
          sx={{ overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}
        >
          {isSet ? `${label}: ${value}` : label}
        </Box>
      </Button>
      {isSet && (
        <IconButton
          aria-label={`Clear ${label}`}
          onClick={onClear}
          sx={{ minWidth: 26, minHeight: 30, p: 0, color: 'primary.text' }}
        >
          <Close sx={{ fontSize: 15 }} />
        </IconButton>
      )}
    </Box>
  );
}
