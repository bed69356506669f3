import createClient, { type Middleware } from 'openapi-fetch';

import { apiRoot, apiUrl } from '../location';
import { hearClock } from '../shownClock';
import { errorOf, unreachable } from './error';
import type { paths } from './schema';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);
let csrfToken: string | null = null;

/** A log-in by cookie proves with this token that a change comes from this page. */
export function rememberCsrfToken(token: string | null | undefined): void {
  csrfToken = token ?? null;
}

const manners: Middleware = {
  onRequest({ request }) {
    if (csrfToken !== null && !SAFE.has(request.method)) {
      request.headers.set('X-CSRF-Token', csrfToken);
    }
    return request;
  },
  async onResponse({ response }) {
    hearClock(response.headers.get('X-Retinue-Clock'));
    if (!response.ok) throw await errorOf(response);
    return undefined;
  },
  onError({ error }) {
    return error instanceof DOMException && error.name === 'AbortError' ? error : unreachable();
  },
};

/**
 * Every route of the server with its types; an answer that is no success throws an ApiError.
 * Use it with `data`: `data(api.GET('/sessions', { params: { query }, signal }))`.
 */
export const api = createClient<paths>({
  baseUrl: apiRoot,
  credentials: 'same-origin',
  // Looked up at each call, so that a test can put its own in place.
  fetch: (request) => globalThis.fetch(request),
});
api.use(manners);

export async function data<T>(answer: Promise<{ data?: T }>): Promise<T> {
  return (await answer).data as T;
}

interface Sent {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  query?: Record<string, unknown>;
  json?: unknown;
  form?: FormData;
  signal?: AbortSignal;
}

/** For what the typed client cannot say: files, and routes that are not in the schema yet. */
export async function request<T>(path: string, sent: Sent = {}): Promise<T> {
  const headers = new Headers({ Accept: 'application/json' });
  if (sent.json !== undefined) headers.set('Content-Type', 'application/json');
  const method = sent.method ?? 'GET';
  if (csrfToken !== null && !SAFE.has(method)) headers.set('X-CSRF-Token', csrfToken);
  const response = await globalThis
    .fetch(apiUrl(path) + queryString(sent.query), {
      method,
      headers,
      credentials: 'same-origin',
      body: sent.form ?? (sent.json === undefined ? undefined : JSON.stringify(sent.json)),
      signal: sent.signal,
    })
    .catch((error: unknown) => {
      throw error instanceof DOMException && error.name === 'AbortError' ? error : unreachable();
    });
  if (!response.ok) throw await errorOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** What a route answers in another form than JSON, by the media type that is accepted. */
export async function file(path: string, type: string): Promise<Blob> {
  const answer = await globalThis
    .fetch(apiUrl(path), { headers: { Accept: type }, credentials: 'same-origin' })
    .catch(() => {
      throw unreachable();
    });
  if (!answer.ok) throw await errorOf(answer);
  return answer.blob();
}

/** `?a=1&b=2`, without what is null, undefined or empty; a list is repeated. */
export function queryString(query: Record<string, unknown> = {}): string {
  const found = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? (value as unknown[]) : [value]) {
      if (one !== null && one !== undefined && one !== '') found.append(name, String(one));
    }
  }
  const text = found.toString();
  return text === '' ? '' : `?${text}`;
}
