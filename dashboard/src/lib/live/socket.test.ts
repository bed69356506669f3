import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

import { type LiveEvent, LiveSocket, type LiveStatus } from './socket';

class FakeSocket {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly url: string;

  constructor(url: string) {
    this.url = url;
  }

  close() {
    this.onclose?.();
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
    last().say('hello', 8, { oldest: 1, last: 8 });
    last().say('session_update', 6);
    last().say('session_update', 7);
    expect(events.map((event) => event.seq)).toEqual([6, 7]);
    expect(gaps).not.toHaveBeenCalled();
  });

  it('asks for everything again when what it missed is forgotten', () => {
    const { last, gaps } = connected();
    last().say('hello', 5, { oldest: 1, last: 5 });
    last().close();
    vi.advanceTimersByTime(500);
    last().say('hello', 90, { oldest: 50, last: 90 });

    expect(gaps).toHaveBeenCalledOnce();
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

  it('opens nothing any more once it is stopped', () => {
    const { live, opened } = connected();
    live.stop();
    vi.advanceTimersByTime(60_000);

    expect(opened).toHaveLength(1);
  });
});
