import type { Selection } from '@/components/table';
import { api, data, type Model } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { useAction } from '@/lib/useAction';
import type { BulkFilter } from './filters';

export type BulkAction = Model<'BulkAction'>;
export type BulkReport = Model<'BulkReport'>;
export type BulkRow = Model<'BulkRow'>;
export type BulkRequest = Model<'BulkRequest'>;

/** Whom an act is for: the rows that were chosen, or all that the filter matches. */
export type Target = { ids: number[] } | { filter: BulkFilter };

export interface Order {
  action: BulkAction;
  target: Target;
  reason?: string;
  labels?: string[];
}

const OPPOSITE: Partial<Record<BulkAction, BulkAction>> = {
  pause: 'resume',
  resume: 'pause',
  label: 'unlabel',
  unlabel: 'label',
};
const PAST: Record<BulkAction, string> = {
  pause: 'paused',
  resume: 'resumed',
  label: 'labelled',
  unlabel: 'freed of the label',
  activate: 'activated',
  retire: 'retired',
  validate: 'in the queue to be validated',
  recover: 'in the queue to be recovered',
  rotate: 'in the queue for a new password',
  refresh_cookies: 'in the queue for fresh cookies',
};
/** Done by tasks of the queue, which can be cancelled. */
const QUEUED = new Set<BulkAction>(['validate', 'recover', 'rotate', 'refresh_cookies']);

export function targetOf(selection: Selection, filter: BulkFilter): Target {
  return selection.kind === 'matching' ? { filter } : { ids: selection.ids.map(Number) };
}

export function requestOf(order: Order, isDryRun = false): BulkRequest {
  return {
    action: order.action,
    ...order.target,
    ...(order.reason !== undefined && { reason: order.reason }),
    ...(order.labels !== undefined && { labels: order.labels }),
    dry_run: isDryRun,
  };
}

/**
 * What takes an order back, exactly: the opposite for those that it has changed. Null where there
 * is no opposite, or where the report does not name all of them.
 */
export function undoOf(order: Order, report: BulkReport): BulkRequest | null {
  const opposite = OPPOSITE[order.action];
  if (opposite === undefined || report.changed === 0) return null;
  // An account may have had one of several labels before.
  if (order.labels !== undefined && order.labels.length > 1) return null;
  const ids = changedIds(order, report);
  if (ids === null) return null;
  const reason = opposite === 'pause' ? { reason: 'resuming was taken back' } : {};
  const labels = order.labels === undefined ? {} : { labels: order.labels };
  return { action: opposite, ids, ...reason, ...labels, dry_run: false };
}

function changedIds(order: Order, report: BulkReport): number[] | null {
  if (report.rows_omitted === 0) {
    return report.rows.filter((row) => row.outcome === 'changed').map((row) => row.id);
  }
  return 'ids' in order.target && report.changed === report.matched ? order.target.ids : null;
}

export function summaryOf(report: BulkReport): string {
  const parts = [`${plural(report.changed, 'account')} ${PAST[report.action]}`];
  if (report.unchanged > 0) parts.push(`${report.unchanged} unchanged`);
  if (report.refused > 0) parts.push(`${report.refused} refused`);
  return `${parts.join(', ')}.`;
}

const send = (body: BulkRequest) => data(api.POST('/api/accounts/bulk', { body }));

/** Of what was put into the queue, what has not ended yet. */
export const cancelAll = ({ batch_ids: ids }: Pick<BulkReport, 'batch_ids'>) =>
  Promise.all(
    ids.map((id) =>
      data(api.POST('/api/batches/{batch_id}/cancel', { params: { path: { batch_id: id } } })),
    ),
  );

export const rehearse = (order: Order) => send(requestOf(order, true));

export function useBulk() {
  return useAction({
    run: (order: Order) => send(requestOf(order)),
    done: summaryOf,
    failed: ({ action }) => `Nothing was ${PAST[action]}.`,
    undo: (order, report) => {
      if (QUEUED.has(order.action)) return cancelAll(report);
      const back = undoOf(order, report);
      return back === null ? Promise.resolve() : send(back);
    },
    canUndo: (order, report) =>
      QUEUED.has(order.action) ? report.changed > 0 : undoOf(order, report) !== null,
    touches: ['accounts', 'states', 'metrics', 'audit', 'tasks', 'batches', 'queue'],
  });
}
