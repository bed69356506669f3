import { words } from './numbers';

/** What a network answers when there was nothing to be done; no fault of anybody. */
const SKIPS = new Set(['no_content', 'not_found', 'target_private', 'duplicate', 'already_done']);
const KIND = /^([a-z_]+): (.*)$/s;

/** The last thing that a session has told of what it could not do: `no_content: There is no story.` */
export function troubleOf(said: string | null): { isSkip: boolean; text: string } | null {
  if (said === null) return null;
  const [, kind, message = ''] = KIND.exec(said) ?? [];
  if (kind === undefined) return { isSkip: false, text: said };
  const isSkip = SKIPS.has(kind);
  return { isSkip, text: isSkip ? message : `${words(kind)}: ${message}` };
}

/** Why a session is over: of one that failed the error itself, where there was one. */
export function endOf(session: {
  status: string;
  stop_reason: string | null;
  last_error: string | null;
}): string | null {
  const trouble = troubleOf(session.last_error);
  if (session.status === 'failed' && trouble?.isSkip === false) return trouble.text;
  return session.stop_reason;
}
