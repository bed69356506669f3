import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type LiveEvent, LiveSocket, type LiveStatus } from './socket';

class FakeSocket {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: string[] = [];
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  close(code = 1006) {
    this.onclose?.({ code });
  }

  send(text: string) {
    this.sent.push(text);
  }

  say(type: string, seq: number, data: object = {}) {
    this.onmessage?.({ data: JSON.stringify({ type, seq, data, timestamp: '' }) });
  }
}

function connected() {
  const opened: FakeSocket[] = [];
  const events: LiveEvent[] = [];
  const statuses: LiveStatus[] = [];
  const gaps = vi.fn();
  const live = new LiveSocket({
    url: 'ws://here/api/ws',
    onEvent: (event) => events.push(event),
    onStatus: (status) => statuses.push(status),
    onGap: gaps,
    random: () => 1,
    open: (url) => {
      const socket = new FakeSocket(url);
      opened.push(socket);
      return socket as unknown as WebSocket;
    },
  });
  live.start();
  const last = () => opened.at(-1)!;
  return { live, opened, events, statuses, gaps, last };
}

describe('LiveSocket', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is live once it is greeted', () => {
    const { last, statuses } = connected();
    last().say('hello', 5, { oldest: 1, last: 5 });

    expect(statuses.map((status) => status.state)).toEqual(['connecting', 'live']);
  });

  it('comes back after the last event that it saw', () => {
    const { last, opened, events, gaps } = connected();
    last().say('hello', 5, { oldest: 1, last: 5 });
    last().say('session_update', 6);
    last().close();
    vi.advanceTimersByTime(500);

    expect(opened).toHaveLength(2);
    expect(last().url).toBe('ws://here/api/ws?since=6');
    last().say('hello', 6, { oldest: 1, last: 8 });
    last().say('session_update', 6);
    last().say('session_update', 7);
    expect(events.map((event) => event.seq)).toEqual([6, 7]);
    expect(gaps).not.toHaveBeenCalled();
  });

  it('asks for everything again when it is told to', () => {
    const { last, gaps } = connected();
    last().say('hello', 5, { oldest: 1, last: 5 });
    last().say('resync', 40, { last: 40 });

    expect(gaps).toHaveBeenCalledOnce();
  });

  it('waits longer each time, and not for ever', () => {
    const { last, opened, statuses } = connected();
    const delays: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      last().close();
      const status = statuses.at(-1);
      const at = status?.state === 'reconnecting' ? status.at : 0;
      delays.push(at - Date.now());
      vi.advanceTimersByTime(at - Date.now());
    }

    expect(delays).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(opened).toHaveLength(9);
  });

  it('finds out that nobody is there any more', () => {
    const { last, opened, statuses } = connected();
    last().say('hello', 5);
    vi.advanceTimersByTime(20_000);
    expect(last().sent).toEqual(['{"ping":"dashboard"}']);
    last().say('pong', 9);
    vi.advanceTimersByTime(40_000);

    expect(statuses.at(-1)?.state).toBe('reconnecting');
    vi.advanceTimersByTime(500);
    expect(opened.at(-1)?.url).toBe('ws://here/api/ws?since=9');
  });

  it('keeps the answer to what it said apart from events', () => {
    const { last, events } = connected();
    last().say('hello', 5);
    last().say('error', 6, { code: 'unknown_type' });
    last().say('error', 7, { account_id: 3 });

    expect(events.map((event) => event.seq)).toEqual([7]);
  });

  it('opens nothing any more once it is stopped', () => {
    const { live, opened } = connected();
    live.stop();
    vi.advanceTimersByTime(60_000);

    expect(opened).toHaveLength(1);
  });
});
