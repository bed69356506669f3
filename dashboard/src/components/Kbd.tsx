import Box from '@mui/material/Box';

import { MONO } from '@/theme/theme';

/** A key of the keyboard, or several one after the other: `g a`. */
export function Kbd({ keys }: { keys: string }) {
  return keys.split(' ').map((key, index) => (
    <Box
      key={index}
      component="kbd"
      sx={{
        display: 'inline-block',
        minWidth: 20,
        px: 0.5,
        ml: index > 0 ? 0.5 : 0,
        textAlign: 'center',
        fontFamily: MONO,
        // A button makes what it takes for its icon larger.
        '&&&': { fontSize: '0.6875rem' },
        lineHeight: '18px',
        border: 1,
        borderColor: 'divider',
        borderRadius: 0.75,
        color: 'text.secondary',
        bgcolor: 'background.default',
      }}
    >
      {key}
    </Box>
  ));
}
