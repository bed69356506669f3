import { describe, expect, it } from 'vitest';

import { problem } from '@/test/api';
import { errorOf } from './error';

describe('errorOf', () => {
  it('reads a problem of the API', async () => {
    const error = await errorOf(
      problem(422, 'limits: too high', {
        code: 'invalid',
        errors: [{ loc: ['body', 'limits', 'like', 0], msg: 'is too high', type: 'value' }],
      }),
    );

    expect(error).toMatchObject({
      status: 422,
      code: 'invalid',
      message: 'limits: too high',
      traceId: 'trace-1',
    });
    expect(error.fields).toEqual([{ field: 'limits.like.0', message: 'is too high' }]);
  });

  it('reads the envelope of the root paths', async () => {
    const response = Response.json(
      { status: 'error', message: 'No such account.', code: 'not_found' },
      { status: 404, headers: { 'X-Request-ID': 'abc' } },
    );

    expect(await errorOf(response)).toMatchObject({
      status: 404,
      code: 'not_found',
      message: 'No such account.',
      traceId: 'abc',
    });
  });

  it('says something where there is no JSON, and when to come back', async () => {
    const error = await errorOf(
      new Response('<html>', { status: 503, headers: { 'Retry-After': '7' } }),
    );

    expect(error).toMatchObject({
      message: 'The server answered 503.',
      retryAfter: 7,
      isPassing: true,
    });
  });
});
