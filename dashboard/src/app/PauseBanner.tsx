import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import PauseCircle from '@mui/icons-material/PauseCircleOutlined';

import { useCan } from '@/lib/queries/me';
import { useFleetPause, useResumeFleet } from './pausing';

export function PauseBanner() {
  const pause = useFleetPause();
  const canResume = useCan('accounts:write');
  const resume = useResumeFleet();
  if (pause === null) return null;
  return (
    <Alert
      severity="warning"
      icon={<PauseCircle fontSize="small" />}
      sx={{
        borderRadius: 0,
        bgcolor: 'warning.soft',
        color: 'warning.text',
        borderBottom: 1,
        borderColor: 'divider',
      }}
      action={
        canResume && (
          <Button
            color="inherit"
            loading={resume.isPending}
            onClick={() => resume.mutate(pause.reason ?? '')}
          >
            Resume fleet
          </Button>
        )
      }
    >
      The fleet is paused{pause.reason ? `: ${pause.reason}` : '.'}
    </Alert>
  );
}
