import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import { useQuery } from '@tanstack/react-query';
import { type FormEvent, useDeferredValue, useState } from 'react';

import { RowsSkeleton } from '@/components/AsyncContent';
import { ErrorPanel } from '@/components/ErrorPanel';
import { plural } from '@/lib/numbers';
import {
  type BulkAction,
  type BulkReport,
  type Order,
  rehearse,
  summaryOf,
  type Target,
  useBulk,
} from './bulk';
import { labelsOf } from './filters';
import { OutcomeTable } from './OutcomeTable';

const VERBS: Record<BulkAction, string> = {
  pause: 'Pause',
  resume: 'Resume',
  label: 'Label',
  unlabel: 'Take a label from',
  activate: 'Activate',
  retire: 'Retire',
  validate: 'Validate',
  recover: 'Recover',
  rotate: 'Give new passwords to',
  refresh_cookies: 'Refresh the cookies of',
};
const ABOUT: Partial<Record<BulkAction, string>> = {
  pause: 'Nothing new starts on them until they are resumed.',
  activate: 'They may work from now on, without a warm-up by Retinue.',
  validate:
    'Each one logs in and is looked at, as many at once as the settings allow. Its health is what was found; a fault of the network changes nothing.',
  recover:
    'Each one that does not open is brought back, in a browser: by its mailbox, its second factor, a new log-in. What only a person can do comes to the inbox. At most two log-ins a day without a person.',
  rotate:
    'Each one gets a new password on its network. The old one is kept until a log-in has shown that the new one opens.',
  refresh_cookies:
    'Each one is looked at in a browser, and its cookies are kept anew; the ones before are kept too.',
  retire:
    'They leave the lists and do nothing any more. The ledger keeps what they have done; importing one again revives it.',
};
const NEEDS_REASON: BulkAction[] = ['pause', 'activate', 'retire'];

interface BulkDialogProps {
  action: BulkAction;
  target: Target;
  size: number;
  onClose: () => void;
  onDone: () => void;
}

/** Says beforehand what would become of each account, and afterwards what was refused. */
export function BulkDialog({ action, target, size, onClose, onDone }: BulkDialogProps) {
  const [reason, setReason] = useState('');
  const [labels, setLabels] = useState('');
  const [report, setReport] = useState<BulkReport | null>(null);
  const bulk = useBulk();
  const isLabelling = action === 'label' || action === 'unlabel';
  const needsReason = NEEDS_REASON.includes(action);
  const order: Order = {
    action,
    target,
    ...(isLabelling && { labels: labelsOf(labels) }),
    ...(needsReason && { reason: reason.trim() }),
  };
  const isReady = isLabelling ? labelsOf(labels).length > 0 : !needsReason || reason.trim() !== '';

  const run = (event: FormEvent) => {
    event.preventDefault();
    if (!isReady) return;
    bulk.mutate(order, {
      onSuccess: (done) => {
        if (done.refused > 0) setReport(done);
        else onDone();
      },
    });
  };
  const what = plural(size, 'account');
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="bulk-title">
      <DialogTitle id="bulk-title">
        {VERBS[action]} {what}
      </DialogTitle>
      {report !== null ? (
        <>
          <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
            <Alert severity="warning">{summaryOf(report)}</Alert>
            <OutcomeTable report={report} />
          </DialogContent>
          <DialogActions>
            <Button variant="contained" onClick={onDone}>
              Close
            </Button>
          </DialogActions>
        </>
      ) : (
        <form onSubmit={run}>
          <DialogContent sx={{ display: 'grid', gap: 2, pt: 0 }}>
            {ABOUT[action] && <div>{ABOUT[action]}</div>}
            {isLabelling && (
              <TextField
                autoFocus
                label="Labels, parted by commas"
                value={labels}
                onChange={(event) => setLabels(event.target.value)}
              />
            )}
            {needsReason && (
              <TextField
                autoFocus
                label="Reason"
                helperText="The audit log keeps it."
                value={reason}
                onChange={(event) => setReason(event.target.value)}
                slotProps={{ htmlInput: { maxLength: 500 } }}
              />
            )}
            <Rehearsal order={order} isReady={!isLabelling || isReady} />
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              type="submit"
              variant="contained"
              color={action === 'retire' ? 'error' : 'primary'}
              disabled={!isReady}
              loading={bulk.isPending}
            >
              {VERBS[action]} {what}
            </Button>
          </DialogActions>
        </form>
      )}
    </Dialog>
  );
}

/** A dry run of the order, as the server sees it now. Its height is kept, so that nothing moves. */
function Rehearsal({ order, isReady }: { order: Order; isReady: boolean }) {
  const labels = useDeferredValue(order.labels?.join(','));
  const asked: Order = {
    action: order.action,
    target: order.target,
    ...(labels !== undefined && { labels: labels.split(',') }),
    // Whatever the reason will be, it decides nothing.
    ...(order.reason !== undefined && { reason: 'a look ahead' }),
  };
  const query = useQuery({
    queryKey: ['bulk', 'rehearsal', asked],
    queryFn: () => rehearse(asked),
    enabled: isReady,
    placeholderData: (before: BulkReport | undefined) => before,
  });
  return (
    <div style={{ minHeight: 150 }}>
      {query.error ? (
        <ErrorPanel error={query.error} onRetry={() => void query.refetch()} isSlim />
      ) : query.data === undefined ? (
        isReady && <RowsSkeleton rows={4} />
      ) : (
        <OutcomeTable report={query.data} />
      )}
    </div>
  );
}
