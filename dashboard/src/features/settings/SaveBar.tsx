import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';

import { plural } from '@/lib/numbers';

interface SaveBarProps {
  count: number;
  refusal: string | null;
  isSaving: boolean;
  mayChange: boolean;
  onDiscard: () => void;
}

/** Always there, so that nothing moves when the first value changes. */
export function SaveBar({ count, refusal, isSaving, mayChange, onDiscard }: SaveBarProps) {
  const said = mayChange
    ? count === 0
      ? 'Nothing is changed.'
      : `${plural(count, 'change')} not saved.`
    : 'You may read these settings, not change them.';
  return (
    <Box
      sx={{
        position: 'sticky',
        bottom: 0,
        zIndex: 2,
        bgcolor: 'background.paper',
        borderTop: 1,
        borderColor: 'divider',
        mx: { xs: -1.5, sm: -2.5 },
        px: { xs: 1.5, sm: 2.5 },
        py: 1.25,
        display: 'grid',
        gap: 1,
      }}
    >
      {refusal !== null && <Alert severity="error">{refusal}</Alert>}
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Typography variant="body2" color="textSecondary" role="status" sx={{ flex: 1 }}>
          {said}
        </Typography>
        {mayChange && (
          <>
            <Button onClick={onDiscard} disabled={count === 0}>
              Discard
            </Button>
            <Button type="submit" variant="contained" disabled={count === 0} loading={isSaving}>
              Save
            </Button>
          </>
        )}
      </Box>
    </Box>
  );
}
