import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

interface EmptyStateProps {
  title: string;
  /** What would have to happen for something to be here. */
  children?: ReactNode;
  /** The next step, as a button or two. */
  actions?: ReactNode;
  icon?: ReactNode;
}

export function EmptyState({ title, children, actions, icon }: EmptyStateProps) {
  return (
    <Box
      sx={{
        display: 'grid',
        justifyItems: 'center',
        alignContent: 'center',
        gap: 0.75,
        px: 3,
        py: 5,
        textAlign: 'center',
        '& > svg': { color: 'text.secondary', fontSize: 30, mb: 0.5 },
      }}
    >
      {icon}
      <Typography variant="h3" component="p" sx={{ fontSize: '0.9375rem' }}>
        {title}
      </Typography>
      {children !== undefined && (
        <Typography variant="body2" component="div" color="textSecondary" sx={{ maxWidth: 460 }}>
          {children}
        </Typography>
      )}
      {actions !== undefined && <Box sx={{ display: 'flex', gap: 1, mt: 1.5 }}>{actions}</Box>}
    </Box>
  );
}
