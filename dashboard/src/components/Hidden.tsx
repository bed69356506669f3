import Box from '@mui/material/Box';
import type { PropsWithChildren } from 'react';

/** There for screen readers only. Its parent is positioned, so that it widens nothing. */
export function Hidden({ children }: PropsWithChildren) {
  return (
    <Box
      sx={{
        position: 'absolute',
        width: '1px',
        height: '1px',
        overflow: 'hidden',
        clipPath: 'inset(50%)',
        whiteSpace: 'nowrap',
      }}
    >
      {children}
    </Box>
  );
}
