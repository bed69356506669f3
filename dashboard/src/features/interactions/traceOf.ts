import type { Interaction } from '@/lib/api';
import type { Trace } from './queries';

/**
 * The decision that led to an event: of the same session and action, the last that was made before
 * it. A visit is about the person as a whole and has no action of its own.
 */
export function traceOf(event: Interaction, traces: readonly Trace[]): Trace | undefined {
  const action = event.action === 'visit' ? null : event.action;
  const fitting = traces
    .filter((trace) => trace.session_id === event.session_id && trace.action === action)
    .sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  const at = Date.parse(event.ts);
  return fitting.find((trace) => Date.parse(trace.at) <= at) ?? fitting.at(-1);
}
