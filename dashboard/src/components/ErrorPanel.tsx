import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';

import { asApiError } from '@/lib/api';
import { CopyText } from './CopyText';
import { NotForYou } from './NotForYou';

interface ErrorPanelProps {
  error: unknown;
  onRetry?: () => void;
  isRetrying?: boolean;
  /** One line above content that is still there, instead of a panel in its place. */
  isSlim?: boolean;
}

/** What went wrong, under which trace id the server's log has it, and a way to try again. */
export function ErrorPanel({
  error,
  onRetry,
  isRetrying = false,
  isSlim = false,
}: ErrorPanelProps) {
  const { message, traceId, status } = asApiError(error);
  if (status === 403 && !isSlim) return <NotForYou message={message} />;
  const title = status === 0 ? 'No answer' : 'This could not be loaded';
  return (
    <Alert
      severity={status === 0 ? 'warning' : 'error'}
      sx={{ alignItems: 'flex-start', m: isSlim ? 0 : 2, mb: isSlim ? 1 : 2 }}
      action={
        onRetry && (
          <Button color="inherit" onClick={onRetry} loading={isRetrying}>
            Try again
          </Button>
        )
      }
    >
      <Typography variant="h3" component="p">
        {title}
      </Typography>
      <Typography variant="body2">{message}</Typography>
      {traceId && (
        <Box sx={{ mt: 0.5, fontSize: '0.75rem' }}>
          Trace <CopyText text={traceId} />
        </Box>
      )}
    </Alert>
  );
}
