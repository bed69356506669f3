import type { SxProps, Theme } from '@mui/material/styles';

export const paletteStyle: SxProps<Theme> = {
  '& [cmdk-input]': {
    width: '100%',
    border: 0,
    borderBottom: '1px solid var(--rt-palette-divider)',
    outline: 'none',
    px: 2,
    py: 1.75,
    font: 'inherit',
    fontSize: '0.9375rem',
    color: 'text.primary',
    bgcolor: 'transparent',
    boxSizing: 'border-box',
    '&::placeholder': { color: 'text.secondary', opacity: 1 },
  },
  '& [cmdk-list]': { height: 360, maxHeight: '60vh', overflowY: 'auto', p: 1 },
  '& [cmdk-group-heading]': { px: 1, pt: 1, pb: 0.5, fontSize: '0.75rem', color: 'text.secondary' },
  '& [cmdk-item]': {
    display: 'flex',
    alignItems: 'center',
    gap: 1,
    px: 1,
    minHeight: 34,
    borderRadius: 1,
    fontSize: '0.8125rem',
    cursor: 'pointer',
  },
  '& [cmdk-item][data-selected="true"]': { bgcolor: 'primary.soft', color: 'primary.text' },
  '& [cmdk-empty]': { p: 3, textAlign: 'center', color: 'text.secondary', fontSize: '0.8125rem' },
  '& .keys': { ml: 'auto' },
  '& .more': { color: 'text.secondary' },
};
