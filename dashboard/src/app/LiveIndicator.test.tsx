import { act, screen } from '@testing-library/react';
import { useReducer } from 'react';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { renderPage } from '@/test';
import type * as live from '@/lib/live';
import { LiveIndicator } from './LiveIndicator';

const now = vi.hoisted(() => ({ value: {} as ReturnType<typeof live.useLive> }));
vi.mock('@/lib/live', () => ({ useLive: () => now.value }));

function be(state: 'live' | 'reconnecting') {
  const status = state === 'live' ? { state } : { state, attempt: 1, at: Date.now() };
  now.value = { ...now.value, status };
}

function Bar() {
  const [, look] = useReducer((count: number) => count + 1, 0);
  return (
    <>
      <button onClick={look}>Look again</button>
      <LiveIndicator />
    </>
  );
}

const click = (name: RegExp) => act(() => screen.getByRole('button', { name }).click());

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const nothing = { pause: vi.fn(), resume: vi.fn(), connectNow: vi.fn(), listen: vi.fn() };
  now.value = { ...nothing, status: { state: 'connecting' }, isPaused: false, waiting: 0 };
});
afterEach(() => vi.useRealTimers());

it('holds the page still with a click on Live', () => {
  be('live');
  renderPage(<Bar />);
  click(/^Live/);

  expect(now.value.pause).toHaveBeenCalledOnce();
});

it('tries again at once with a click while the connection is lost', () => {
  be('reconnecting');
  renderPage(<Bar />);
  click(/^Reconnecting/);

  expect(now.value.connectNow).toHaveBeenCalledOnce();
});

it('takes a click that comes just after the connection for one that was meant for it', () => {
  be('reconnecting');
  renderPage(<Bar />);
  be('live');
  click(/Look again/);
  click(/^Live/);
  expect(now.value.pause).not.toHaveBeenCalled();

  vi.advanceTimersByTime(1000);
  click(/^Live/);
  expect(now.value.pause).toHaveBeenCalledOnce();
});
