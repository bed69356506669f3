/** Calls `flush` for each name that was touched: at once, and then at most once per interval. */
export class Throttle {
  private readonly pending = new Set<string>();
  private readonly resting = new Map<string, ReturnType<typeof setTimeout>>();
  private isHeld = false;
  private readonly flush: (name: string) => void;
  private readonly interval: number;

  constructor(flush: (name: string) => void, interval = 1000) {
    this.flush = flush;
    this.interval = interval;
  }

  touch(name: string): void {
    if (this.isHeld || this.resting.has(name)) {
      this.pending.add(name);
      return;
    }
    this.flush(name);
    this.resting.set(
      name,
      setTimeout(() => {
        this.resting.delete(name);
        if (!this.isHeld && this.pending.delete(name)) this.touch(name);
      }, this.interval),
    );
  }

  /** While it is held nothing is flushed, and nothing forgotten. */
  hold(held: boolean): void {
    this.isHeld = held;
    if (held) return;
    for (const name of [...this.pending]) {
      if (!this.resting.has(name)) {
        this.pending.delete(name);
        this.touch(name);
      }
    }
  }

  stop(): void {
    for (const timer of this.resting.values()) clearTimeout(timer);
    this.resting.clear();
    this.pending.clear();
  }
}
