import { words } from '@/lib/numbers';

export type Evidence = Record<string, unknown> | null;

/** The evidence of a health in one line: what was seen and what said so; null where there is none. */
export function evidenceText(evidence: Evidence): string | null {
  if (evidence === null) return null;
  const kind = evidence.class ?? evidence.failure;
  const text = evidence.text ?? evidence.message;
  const parts = [
    typeof kind === 'string' ? words(kind) : null,
    typeof text === 'string' ? text : null,
  ].filter((part): part is string => part !== null && part !== '');
  return parts.length > 0 ? parts.join(': ') : null;
}
