import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Close from '@mui/icons-material/Close';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';
import { useEffect, useState } from 'react';

import { dismissToast, type Toast, useToasts } from '@/lib/toasts';

/** The newest at the bottom, above everything, and read out as they come. */
export function Toasts() {
  const toasts = useToasts();
  return (
    <Box
      role="region"
      aria-label="Notifications"
      aria-live="polite"
      sx={{
        position: 'fixed',
        zIndex: 'snackbar',
        bottom: 16,
        left: { xs: 12, sm: 'auto' },
        right: { xs: 12, sm: 16 },
        width: { sm: 400 },
        display: 'grid',
        gap: 1,
        pointerEvents: 'none',
      }}
    >
      {toasts.map((toast) => (
        <ToastCard key={toast.id} toast={toast} />
      ))}
    </Box>
  );
}

function ToastCard({ toast }: { toast: Toast }) {
  const [isRead, setRead] = useState(false);
  // Whoever points at it or stands on it is still reading.
  useEffect(() => {
    if (toast.lasts === null || isRead) return;
    const timer = setTimeout(() => dismissToast(toast.id), toast.lasts);
    return () => clearTimeout(timer);
  }, [toast, isRead]);

  const { undo } = toast;
  return (
    <Alert
      severity={toast.kind}
      variant="outlined"
      onMouseEnter={() => setRead(true)}
      onMouseLeave={() => setRead(false)}
      onFocus={() => setRead(true)}
      onBlur={() => setRead(false)}
      sx={{
        pointerEvents: 'auto',
        bgcolor: 'background.raised',
        color: 'text.primary',
        borderColor: 'divider',
        boxShadow: '0 6px 24px rgb(0 0 0 / 0.18)',
      }}
      action={
        <Box sx={{ display: 'flex', alignItems: 'center' }}>
          {undo && (
            <Button
              color="primary"
              onClick={() => {
                dismissToast(toast.id);
                void undo();
              }}
            >
              Undo
            </Button>
          )}
          <IconButton aria-label="Close notification" onClick={() => dismissToast(toast.id)}>
            <Close sx={{ fontSize: 16 }} />
          </IconButton>
        </Box>
      }
    >
      <Typography variant="body2" sx={{ fontWeight: 550 }}>
        {toast.text}
      </Typography>
      {toast.detail && (
        <Typography
          variant="caption"
          component="div"
          color="textSecondary"
          sx={{ overflowWrap: 'anywhere' }}
        >
          {toast.detail}
        </Typography>
      )}
    </Alert>
  );
}
