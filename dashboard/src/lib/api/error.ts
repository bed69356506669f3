/** One wrong place in what was sent, by the path of its field: `limits.like.per_day`. */
export interface FieldError {
  field: string;
  message: string;
}

interface WrongPlace {
  loc?: (string | number)[];
  msg?: string;
}

/**
 * Any refusal of the server, or its absence (`status` 0), in one shape: the problems of `/api` and
 * the envelope of the root paths both end here.
 */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly traceId: string | null;
  readonly fields: FieldError[];
  readonly retryAfter: number | null;
  readonly facts: Record<string, unknown>;

  constructor(
    message: string,
    more: Partial<
      Pick<ApiError, 'status' | 'code' | 'traceId' | 'fields' | 'retryAfter' | 'facts'>
    >,
  ) {
    super(message);
    this.name = 'ApiError';
    this.status = more.status ?? 0;
    this.code = more.code ?? 'unreachable';
    this.traceId = more.traceId ?? null;
    this.fields = more.fields ?? [];
    this.retryAfter = more.retryAfter ?? null;
    this.facts = more.facts ?? {};
  }

  /** Trying again may help: nothing is wrong with what was asked. */
  get isPassing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 502;
  }
}

export async function errorOf(response: Response): Promise<ApiError> {
  const body = await bodyOf(response);
  const message =
    text(body.detail) ?? text(body.message) ?? `The server answered ${response.status}.`;
  const retryAfter = Number(response.headers.get('Retry-After'));
  return new ApiError(message, {
    status: response.status,
    code: text(body.code) ?? 'unknown',
    traceId: text(body.trace_id) ?? response.headers.get('X-Request-ID'),
    fields: Array.isArray(body.errors) ? (body.errors as WrongPlace[]).map(fieldErrorOf) : [],
    retryAfter: retryAfter > 0 ? retryAfter : null,
    facts: body,
  });
}

export function unreachable(): ApiError {
  return new ApiError('The server cannot be reached. What you see may be old.', {});
}

/** What to show for anything that was thrown. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(error instanceof Error ? error.message : String(error), { code: 'unknown' });
}

async function bodyOf(response: Response): Promise<Record<string, unknown>> {
  try {
    const body: unknown = await response.json();
    return typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

function fieldErrorOf(wrong: WrongPlace): FieldError {
  const loc = (wrong.loc ?? []).map(String);
  const inside = ['body', 'query', 'path'].includes(loc[0] ?? '') ? loc.slice(1) : loc;
  return { field: inside.join('.'), message: wrong.msg ?? 'is not accepted' };
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
