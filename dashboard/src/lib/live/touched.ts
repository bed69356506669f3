import type { LiveEvent } from './socket';

/** Which query keys, by their first word, an event makes stale. Add a line with each new type. */
const TOUCHED: Record<string, readonly string[]> = {
  account_update: ['accounts', 'states', 'pauses', 'metrics'],
  import_update: ['imports', 'accounts'],
  // A session moves on because it has done something.
  session_update: ['sessions', 'interactions', 'metrics'],
  pause_update: ['pauses', 'accounts', 'states', 'metrics'],
  task_update: ['tasks', 'batches', 'queue'],
  validation_update: ['accounts'],
  // An outcome that somebody has settled is counted anew.
  inbox_update: ['inbox', 'metrics'],
  rate_limit: ['states', 'interactions', 'metrics'],
  error: ['states'],
  settings_update: ['settings', 'pauses'],
  alert_update: ['alerts'],
};

export function touchedBy(event: LiveEvent): readonly string[] {
  return TOUCHED[event.type] ?? [];
}
