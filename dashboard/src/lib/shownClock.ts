interface Reading {
  /** What the server's clock showed when ours said `seen`; both in milliseconds. */
  shown: number;
  seen: number;
  factor: number;
}

let reading: Reading | null = null;

/** Takes the header `X-Retinue-Clock`, which a server sends whose time runs fast, or once did. */
export function hearClock(header: string | null): void {
  const [, moment = '', pace = ''] = /^(.+);factor=([\d.e+]+)$/.exec(header ?? '') ?? [];
  const shown = Date.parse(moment);
  const factor = Number(pace);
  reading = Number.isNaN(shown) || !(factor > 0) ? null : { shown, seen: Date.now(), factor };
}

/** Now as the server's clock shows it, in milliseconds: moments that it tells are before or after this. */
export function shownNow(): number {
  const wall = Date.now();
  return reading === null ? wall : reading.shown + (wall - reading.seen) * reading.factor;
}
