import Button from '@mui/material/Button';

import type { AccountState } from '@/lib/api';
import { useCan } from '@/lib/queries/me';
import { usePauseAccount, useResumeAccount } from './actions';

export function PauseSwitch({ row }: { row: AccountState }) {
  const pause = usePauseAccount();
  const resume = useResumeAccount();
  if (!useCan('accounts:write')) return null;
  const act = row.paused ? resume : pause;
  const verb = row.paused ? 'Resume' : 'Pause';
  return (
    <Button
      onClick={() => act.mutate(row)}
      loading={act.isPending}
      aria-label={`${verb} ${row.account}`}
      sx={{ minHeight: 24, mr: -1 }}
    >
      {verb}
    </Button>
  );
}
