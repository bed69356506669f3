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
const PULSE = 20_000;
const RIGHTS_ENDED = 4401;

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
  private pulse: ReturnType<typeof setInterval> | undefined;
  private isAnswered = true;

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
      isGreeted = true;
      this.isAnswered = true;
      this.take(event);
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.socket = null;
      clearInterval(this.pulse);
      if (!isGreeted || code === RIGHTS_ENDED) this.options.onRefused?.();
      this.retry();
    };
  };

  /** Whichever type a message has, its number is the one to come back with. */
  private take(event: LiveEvent): void {
    const isNews = this.lastSeq === null || event.seq > this.lastSeq || event.type === 'resync';
    if (isNews) this.lastSeq = event.seq;
    switch (event.type) {
      case 'hello':
        this.attempt = 0;
        this.beginPulse();
        this.options.onStatus({ state: 'live' });
        return;
      case 'resync':
        this.options.onGap();
        return;
      case 'subscribed':
      case 'pong':
        return;
      default:
        // An error with a code is about what this page has said; without one it is an event.
        if (isNews && !(event.type === 'error' && 'code' in event.data))
          this.options.onEvent(event);
    }
  }

  /** A connection that died without a word is found out by asking, since a page sees no pings. */
  private beginPulse(): void {
    clearInterval(this.pulse);
    this.isAnswered = true;
    this.pulse = setInterval(() => {
      const socket = this.socket;
      if (socket === null) return;
      if (!this.isAnswered) {
        this.drop();
        this.retry();
        return;
      }
      this.isAnswered = false;
      socket.send(JSON.stringify({ ping: 'dashboard' }));
    }, PULSE);
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
    clearInterval(this.pulse);
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
