import Button from '@mui/material/Button';
import { useState } from 'react';

import { ConfirmDialog } from '@/components/ConfirmDialog';
import { useCan } from '@/lib/queries/me';
import { nameOf, useAct, useRemove } from './actions';
import type { Item } from './queries';

/** Out of the pool, back into it, or gone for good where nobody was ever given it. */
export function ItemActions({ item, onGone }: { item: Item; onGone: () => void }) {
  const act = useAct();
  const remove = useRemove();
  const [isAsking, setAsking] = useState(false);
  if (!useCan('content:write')) return null;
  const isArchived = item.state === 'archived';
  const wasGiven = item.use_count + item.held_count > 0;
  return (
    <>
      <Button
        variant="outlined"
        loading={act.isPending}
        onClick={() => act.mutate({ item, action: isArchived ? 'restore' : 'archive' })}
      >
        {isArchived ? 'Restore' : 'Archive'}
      </Button>
      {!wasGiven && (
        <Button color="error" variant="outlined" onClick={() => setAsking(true)}>
          Remove
        </Button>
      )}
      <ConfirmDialog
        open={isAsking}
        title={`Remove ${nameOf(item)}?`}
        confirm="Remove"
        isDangerous
        isBusy={remove.isPending}
        onConfirm={() =>
          remove.mutate(item, { onSuccess: onGone, onSettled: () => setAsking(false) })
        }
        onClose={() => setAsking(false)}
      >
        It is gone for good. Archived, it would keep its place and could come back.
      </ConfirmDialog>
    </>
  );
}
