import type { LiveEvent } from './socket';

/** Which query keys, by their first word, an event makes stale. Add a line with each new type. */
const TOUCHED: Record<string, readonly string[]> = {
  account_update: ['accounts', 'states', 'metrics'],
  import_update: ['imports', 'accounts'],
  session_update: ['sessions', 'metrics'],
  task_update: ['tasks'],
  validation_update: ['accounts'],
  inbox_update: ['inbox'],
  rate_limit: ['states', 'interactions', 'metrics'],
  error: ['states'],
  interaction_update: ['interactions', 'metrics'],
  settings_update: ['settings'],
  pause_update: ['pauses', 'accounts'],
  alert_update: ['alerts'],
};

export function touchedBy(event: LiveEvent): readonly string[] {
  return TOUCHED[event.type] ?? [];
}
