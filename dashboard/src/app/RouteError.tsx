import Box from '@mui/material/Box';
import { useRouteError } from 'react-router';

import { ErrorPanel } from '@/components/ErrorPanel';

/** A page that failed; the navigation around it still works. After an update its files have new names. */
export function RouteError() {
  const error = useRouteError();
  return (
    <Box sx={{ p: 2, maxWidth: 720 }}>
      <ErrorPanel error={error} onRetry={() => location.reload()} />
    </Box>
  );
}
