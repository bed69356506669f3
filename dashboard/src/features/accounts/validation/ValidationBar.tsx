import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import type { SxProps, Theme } from '@mui/material/styles';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';

import { CancelBatchDialog } from '@/components/CancelBatchDialog';
import { Shares } from '@/components/Shares';
import type { Batch } from '@/lib/api';
import { count, plural } from '@/lib/numbers';
import { useCan, useMe } from '@/lib/queries/me';
import { batchesQuery } from '@/lib/queries/tasks';
import { isOpenBatch } from '@/lib/tasks';
import { useLiveValidation } from './live';

/**
 * How far the validations are that run. It appears when one begins and stays with what came of it
 * until it is put away: beside the title where there is room, in front of the page where there is
 * none, so that nothing moves under the hand of whoever is at work.
 */
export function ValidationBar() {
  const isForAll = useMe()?.account_ids === null;
  const canSee = useCan('tasks:read') && isForAll;
  const canCancel = useCan('tasks:write');
  const batches = useQuery({
    ...batchesQuery({ type: 'validate_account', limit: 10 }),
    enabled: canSee,
  });
  const [isCancelling, setCancelling] = useState(false);
  const { shown, putAway } = useFollowed(batches.data?.items ?? NONE);
  useLiveValidation();
  const [only] = shown;
  if (only === undefined) return null;

  const counts = together(shown);
  const isOpen = shown.some(isOpenBatch);
  const size = shown.reduce((sum, batch) => sum + batch.size, 0);
  const ended = counts.completed + counts.failed;
  return (
    <Paper variant="outlined" role="region" aria-label="Validation" sx={BAR}>
      <Box component="span" sx={{ fontWeight: 550 }} aria-live="polite">
        {isOpen ? 'Validating' : 'Validated'} {plural(size, 'account')}
      </Box>
      <Box sx={{ flex: '1 1 120px', display: 'flex' }}>
        <Shares label="Progress of the validation" counts={counts} />
      </Box>
      <Box component="span" sx={{ color: 'text.secondary', fontVariantNumeric: 'tabular-nums' }}>
        {count(ended)} of {count(size)}
        {counts.failed > 0 && `, ${count(counts.failed)} failed`}
      </Box>
      <Box sx={{ display: 'flex', gap: 0.5 }}>
        <Button
          component={Link}
          to={
            shown.length === 1
              ? `/tasks/batches/${only.id}`
              : '/tasks/batches?type=validate_account'
          }
        >
          Details
        </Button>
        {!isOpen ? (
          <Button onClick={putAway}>Put away</Button>
        ) : (
          canCancel && <Button onClick={() => setCancelling(true)}>Cancel</Button>
        )}
      </Box>
      {isCancelling && (
        <CancelBatchDialog
          batches={shown.filter(isOpenBatch)}
          onClose={() => setCancelling(false)}
        />
      )}
    </Paper>
  );
}

const NONE: Batch[] = [];
/** No taller than the buttons that it stands beside. */
const BAR: SxProps<Theme> = {
  display: 'flex',
  flexWrap: { xs: 'wrap', lg: 'nowrap' },
  alignItems: 'center',
  columnGap: 1.25,
  px: 1.25,
  py: { xs: 0.75, lg: 0 },
  fontSize: '0.8125rem',
  width: { lg: 540 },
  height: { lg: 34 },
  position: { xs: 'fixed', lg: 'static' },
  zIndex: { xs: 'fab', lg: 'auto' },
  bottom: 12,
  left: { xs: 12, sm: 'auto' },
  right: { xs: 12, sm: 20 },
  maxWidth: { sm: 560 },
  boxShadow: { xs: '0 6px 24px rgb(0 0 0 / 0.18)', lg: 'none' },
};

/** The batches that were seen at work since the page was opened, until they are put away. */
function useFollowed(batches: Batch[]) {
  const [followed, setFollowed] = useState<string[]>([]);
  const news = batches.filter((one) => isOpenBatch(one) && !followed.includes(one.id));
  if (news.length > 0) {
    // What has ended before makes room for what begins now.
    const still = followed.filter((id) => batches.some((one) => one.id === id && isOpenBatch(one)));
    setFollowed([...still, ...news.map(({ id }) => id)]);
  }
  return {
    shown: batches.filter(({ id }) => followed.includes(id)),
    putAway: () => setFollowed([]),
  };
}

function together(batches: Batch[]): Batch['counts'] {
  const sum = (of: (batch: Batch) => number) => batches.reduce((all, one) => all + of(one), 0);
  return {
    pending: sum(({ counts }) => counts.pending),
    running: sum(({ counts }) => counts.running),
    completed: sum(({ counts }) => counts.completed),
    failed: sum(({ counts }) => counts.failed),
  };
}
