import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { type PropsWithChildren, useEffect } from 'react';

/** The frame of the pages before a log-in. */
export function EntrancePage({ title, children }: PropsWithChildren<{ title: string }>) {
  useEffect(() => {
    document.title = `${title} · Retinue`;
  }, [title]);
  return (
    <Box component="main" sx={{ minHeight: '100dvh', display: 'grid', placeItems: 'center', p: 2 }}>
      <Paper variant="outlined" sx={{ width: '100%', maxWidth: 400 }}>
        {children}
        <Typography
          variant="caption"
          component="p"
          color="textSecondary"
          sx={{ px: 3, pb: 2, m: 0 }}
        >
          Retinue on {location.host}
        </Typography>
      </Paper>
    </Box>
  );
}
