import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate, useParams } from 'react-router';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { CancelBatchDialog } from '@/components/CancelBatchDialog';
import { ExportMenu } from '@/components/ExportMenu';
import { Page } from '@/components/Page';
import { StateChip } from '@/components/StateChip';
import { Moment } from '@/components/Time';
import type { Batch } from '@/lib/api';
import { useKeys } from '@/lib/keys';
import { useCan } from '@/lib/queries/me';
import { batchQuery } from '@/lib/queries/tasks';
import { batchName, isOpenBatch, priorityName, typeName } from '@/lib/tasks';
import { useRetryFailed } from '../actions';
import { stateOf } from '../stateOf';
import { Failures } from './Failures';
import { Progress } from './Progress';
import { Results } from './Results';

/** One batch: how far it is, what failed and why, and what came of it. */
export function BatchPage() {
  const id = useParams().id ?? '';
  const batch = useQuery(batchQuery(id));
  const navigate = useNavigate();
  useKeys({ Escape: () => void navigate('/tasks/batches') });
  return (
    <Page
      title={batch.data ? batchName(batch.data) : 'Batch'}
      parent={{ title: 'Batches', to: '/tasks/batches' }}
      about={batch.data ? <Line batch={batch.data} /> : '\u00a0'}
      actions={batch.data && <Actions batch={batch.data} />}
    >
      <AsyncContent query={batch} skeleton={<Waiting />}>
        {(found) => (
          <>
            <Progress batch={found} />
            <Failures batch={found} />
            <Results batch={found} />
          </>
        )}
      </AsyncContent>
    </Page>
  );
}

function Waiting() {
  return (
    <Paper variant="outlined" sx={{ minHeight: 320 }}>
      <RowsSkeleton rows={8} />
    </Paper>
  );
}

function Line({ batch }: { batch: Batch }) {
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', mt: 0.5 }}>
      <StateChip state={stateOf(batch)} />
      <span>
        {typeName(batch.type)} · priority {priorityName(batch.priority).toLowerCase()} · asked for{' '}
        <Moment at={batch.created_at} /> by {batch.requested_by}
      </span>
    </Box>
  );
}

function Actions({ batch }: { batch: Batch }) {
  const [isCancelling, setCancelling] = useState(false);
  const retry = useRetryFailed();
  const canWrite = useCan('tasks:write');
  return (
    <>
      <ExportMenu path={`/api/batches/${batch.id}/results`} query={{}} />
      {canWrite && isOpenBatch(batch) && (
        <Button variant="outlined" onClick={() => setCancelling(true)}>
          Cancel batch
        </Button>
      )}
      {canWrite && batch.counts.failed > 0 && (
        <Button variant="contained" loading={retry.isPending} onClick={() => retry.mutate(batch)}>
          Retry failed
        </Button>
      )}
      {isCancelling && <CancelBatchDialog batches={[batch]} onClose={() => setCancelling(false)} />}
    </>
  );
}
