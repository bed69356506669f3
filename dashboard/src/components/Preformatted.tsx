import Box from '@mui/material/Box';
import type { SxProps, Theme } from '@mui/material/styles';
import type { PropsWithChildren } from 'react';

import { MONO } from '@/theme/theme';

interface PreformattedProps extends PropsWithChildren {
  label: string;
  isFramed?: boolean;
  sx?: SxProps<Theme>;
}

/** Text whose lines mean something, in a box of its own that the keyboard can scroll. */
export function Preformatted({ label, isFramed = true, sx, children }: PreformattedProps) {
  return (
    <Box
      component="pre"
      tabIndex={0}
      aria-label={label}
      sx={[
        {
          m: 0,
          p: 1.5,
          overflow: 'auto',
          fontFamily: MONO,
          fontSize: '0.75rem',
          lineHeight: 1.55,
          whiteSpace: 'pre-wrap',
          overflowWrap: 'anywhere',
        },
        isFramed && { border: 1, borderColor: 'divider', borderRadius: 1 },
        ...(Array.isArray(sx) ? sx : [sx]),
      ]}
    >
      {children}
    </Box>
  );
}
