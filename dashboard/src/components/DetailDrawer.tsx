import Box from '@mui/material/Box';
import Close from '@mui/icons-material/Close';
import Drawer from '@mui/material/Drawer';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { type PropsWithChildren, type ReactNode, useId } from 'react';

interface DetailDrawerProps extends PropsWithChildren {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  about?: ReactNode;
  /** Buttons at the lower edge. */
  actions?: ReactNode;
  width?: number;
}

/**
 * One row of a list, beside the list. Which one stands in the URL (`list.open`), so that a link
 * opens it, and the back button closes it. Escape closes it too.
 */
export function DetailDrawer(props: DetailDrawerProps) {
  const { open, onClose, title, about, actions, width = 480, children } = props;
  const id = useId();
  return (
    <Drawer
      anchor="right"
      open={open}
      onClose={onClose}
      slotProps={{
        paper: {
          role: 'dialog',
          'aria-labelledby': id,
          sx: { width: { xs: '100%', sm: width }, maxWidth: '100%' },
        },
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'flex-start', gap: 1, p: 2, pb: 1.5 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h2" id={id} sx={{ overflowWrap: 'anywhere' }}>
            {title}
          </Typography>
          {about !== undefined && (
            <Typography variant="body2" component="div" color="textSecondary">
              {about}
            </Typography>
          )}
        </Box>
        <IconButton onClick={onClose} aria-label="Close" edge="end">
          <Close fontSize="small" />
        </IconButton>
      </Box>
      <Box sx={{ flex: 1, overflowY: 'auto', px: 2, pb: 2 }}>{children}</Box>
      {actions !== undefined && (
        <Box sx={{ display: 'flex', gap: 1, p: 1.5, borderTop: 1, borderColor: 'divider' }}>
          {actions}
        </Box>
      )}
    </Drawer>
  );
}
