import { vi } from 'vitest';

/** What a route answers: a value, a whole Response, or a function of the request. */
export type Answer = unknown | ((request: Request) => unknown);
export type Answers = Record<string, Answer>;

export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  body: unknown;
}

/**
 * Stands in for the server: `{ 'GET /api/me': {...} }`. Answers the list of what was asked, which grows.
 * A question that nobody foresaw fails the test that asked it.
 */
export function serve(answers: Answers): Asked[] {
  const asked: Asked[] = [];
  vi.stubGlobal('fetch', async (input: Request | string, init?: RequestInit) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const key = `${request.method} ${url.pathname}`;
    const body = (await request.clone().text()) || null;
    asked.push({
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      body: body !== null && body.startsWith('{') ? (JSON.parse(body) as unknown) : body,
    });
    if (!(key in answers)) throw new Error(`The test has no answer for ${key}`);
    const answer = answers[key];
    const value = typeof answer === 'function' ? (answer(request) as unknown) : answer;
    return value instanceof Response ? value : Response.json(value);
  });
  return asked;
}

/** A refusal as the server writes it. */
export function problem(status: number, detail: string, more: object = {}): Response {
  const body = {
    status,
    detail,
    code: 'refused',
    trace_id: 'trace-1',
    title: '',
    type: '',
    ...more,
  };
  return Response.json(body, { status, headers: { 'Content-Type': 'application/problem+json' } });
}
