/** One message of the server; docs/reference/websocket.md is the whole of it. */
export interface LiveEvent {
  seq: number;
  type: string;
  data: Record<string, unknown>;
  timestamp: string;
}

export type LiveStatus =
  | { state: 'connecting' }
  | { state: 'live' }
  | { state: 'reconnecting'; attempt: number; at: number }
  | { state: 'offline' };

export interface LiveOptions {
  url: string;
  onEvent: (event: LiveEvent) => void;
  /** Events may be missing: whatever is shown has to be asked for again. */
  onGap: () => void;
  onStatus: (status: LiveStatus) => void;
  /** A connection was closed before it was greeted; perhaps the log-in is over. */
  onRefused?: () => void;
  random?: () => number;
  open?: (url: string) => WebSocket;
}

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;

/**
 * A connection that comes back: with growing, jittered delays, and from the last event that was
 * seen. While the browser is offline it waits for the browser to say otherwise.
 */
export class LiveSocket {
  private readonly options: LiveOptions;
  private socket: WebSocket | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private lastSeq: number | null = null;
  private isStopped = true;

  constructor(options: LiveOptions) {
    this.options = options;
  }

  start(): void {
    this.isStopped = false;
    addEventListener('online', this.connectNow);
    addEventListener('offline', this.wentOffline);
    this.connectNow();
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
    removeEventListener('online', this.connectNow);
    removeEventListener('offline', this.wentOffline);
    this.drop();
  }

  /** Without waiting for the next attempt. */
  connectNow = (): void => {
    if (this.isStopped || this.socket !== null) return;
    clearTimeout(this.timer);
    if (!navigator.onLine) {
      this.options.onStatus({ state: 'offline' });
      return;
    }
    if (this.attempt === 0) this.options.onStatus({ state: 'connecting' });
    const since = this.lastSeq === null ? '' : `?since=${this.lastSeq}`;
    const socket = (this.options.open ?? ((url) => new WebSocket(url)))(this.options.url + since);
    this.socket = socket;
    let isGreeted = false;
    socket.onmessage = ({ data }) => {
      const event = parse(data);
      if (event === null || this.socket !== socket) return;
      if (event.type === 'hello') isGreeted = true;
      this.take(event);
    };
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = null;
      if (!isGreeted) this.options.onRefused?.();
      this.retry();
    };
  };

  private take(event: LiveEvent): void {
    if (event.type === 'hello') {
      this.greet(event);
      return;
    }
    if (event.type === 'resync') {
      this.lastSeq = numberOf(event.data.last) ?? event.seq;
      this.options.onGap();
      return;
    }
    if (this.lastSeq !== null && event.seq > 0 && event.seq <= this.lastSeq) return;
    if (event.seq > 0) this.lastSeq = event.seq;
    this.options.onEvent(event);
  }

  private greet(hello: LiveEvent): void {
    const isReturn = this.attempt > 0;
    this.attempt = 0;
    const oldest = numberOf(hello.data.oldest);
    const last = numberOf(hello.data.last) ?? hello.seq;
    const isForgotten =
      this.lastSeq !== null &&
      oldest !== null &&
      (this.lastSeq < oldest - 1 || this.lastSeq > last);
    if (this.lastSeq === null || isForgotten) {
      this.lastSeq = last;
      // What was loaded before the first greeting is as new as the greeting, unless it took long.
      if (isForgotten || isReturn) this.options.onGap();
    }
    this.options.onStatus({ state: 'live' });
  }

  private retry(): void {
    if (this.isStopped) return;
    if (!navigator.onLine) {
      this.options.onStatus({ state: 'offline' });
      return;
    }
    this.attempt += 1;
    const ceiling = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** (this.attempt - 1));
    const delay = ceiling * (0.5 + (this.options.random ?? Math.random)() / 2);
    this.options.onStatus({ state: 'reconnecting', attempt: this.attempt, at: Date.now() + delay });
    this.timer = setTimeout(this.connectNow, delay);
  }

  private wentOffline = (): void => {
    clearTimeout(this.timer);
    this.drop();
    this.options.onStatus({ state: 'offline' });
  };

  private drop(): void {
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }
}

function parse(data: unknown): LiveEvent | null {
  try {
    const event = JSON.parse(String(data)) as Partial<LiveEvent>;
    if (typeof event.type !== 'string') return null;
    return { seq: 0, timestamp: '', ...event, type: event.type, data: event.data ?? {} };
  } catch {
    return null;
  }
}

function numberOf(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
