import type { LiveEvent } from './socket';

/** Which query keys, by their first word, an event makes stale. Add a line with each new type. */
const TOUCHED: Record<string, readonly string[]> = {
  account_update: ['accounts', 'states', 'pauses', 'metrics'],
  import_update: ['imports', 'accounts'],
  // A session moves on because it has done something.
  session_update: ['sessions', 'interactions', 'metrics'],
  pause_update: ['pauses', 'accounts', 'states', 'metrics'],
  task_update: ['tasks', 'batches', 'queue', 'operations'],
  validation_update: ['accounts', 'operations'],
  // An outcome that somebody has settled is counted anew.
  inbox_update: ['inbox', 'metrics', 'operations'],
  rate_limit: ['states', 'interactions', 'metrics'],
  error: ['states'],
  network_update: ['networks'],
  settings_update: ['settings', 'pauses'],
  // What one monitor's page shows is asked for by that page: it knows which readings are its own.
  metrics_update: ['monitors'],
  alert_update: ['alerts', 'monitors'],
  // What a phase is given is missing in its pool.
  warmup_update: ['warmup', 'bots', 'content', 'accounts'],
};

export function touchedBy(event: LiveEvent): readonly string[] {
  return TOUCHED[event.type] ?? [];
}
