import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { type PropsWithChildren, type ReactNode, useId } from 'react';

interface SectionProps extends PropsWithChildren {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  /** The content reaches the border, as a table does. */
  flush?: boolean;
}

/** A titled part of a page. */
export function Section({ title, about, actions, flush = false, children }: SectionProps) {
  const id = useId();
  return (
    <Paper component="section" variant="outlined" aria-labelledby={id} sx={{ minWidth: 0 }}>
      <Box
        sx={{
          display: 'flex',
          alignItems: 'center',
          gap: 1,
          px: 2,
          pt: 1.25,
          pb: 1,
          flexWrap: 'wrap',
        }}
      >
        <Box sx={{ flex: '1 1 150px', minWidth: 0 }}>
          <Typography variant="h2" id={id}>
            {title}
          </Typography>
          {about !== undefined && (
            <Typography variant="caption" component="div" color="textSecondary">
              {about}
            </Typography>
          )}
        </Box>
        {actions}
      </Box>
      <Box sx={flush ? { overflowX: 'auto' } : { px: 2, pb: 2 }}>{children}</Box>
    </Paper>
  );
}
