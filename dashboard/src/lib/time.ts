import { useSyncExternalStore } from 'react';

import { usePreference } from './preferences';
import { shownNow } from './shownClock';

export type Zone = 'local' | 'UTC';
export const localZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The zone that every time on the page is shown in, and how to switch it. */
export function useZone(): { zone: Zone; name: string; setZone: (zone: Zone) => void } {
  const [zone, setZone] = usePreference<Zone>('zone', 'local');
  return { zone, name: zone === 'UTC' ? 'UTC' : localZone, setZone };
}

export function zoneName(zone: Zone): string {
  return zone === 'UTC' ? 'UTC' : localZone;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = zone + JSON.stringify(options);
  let found = formats.get(key);
  if (found === undefined) {
    found = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hourCycle: 'h23', ...options });
    formats.set(key, found);
  }
  return found;
}

/** `2026-11-21 09:15:04`: sortable, and the same for every reader. */
export function moment(
  iso: string | Date,
  zone: string,
  precision: 'minute' | 'second' = 'second',
): string {
  const parts: Record<string, string> = {};
  const wanted: Intl.DateTimeFormatOptions = {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  };
  for (const part of format(zone, wanted).formatToParts(new Date(iso)))
    parts[part.type] = part.value;
  const day = `${parts.year}-${parts.month}-${parts.day}`;
  const time = `${parts.hour}:${parts.minute}`;
  return precision === 'minute' ? `${day} ${time}` : `${day} ${time}:${parts.second}`;
}

/**
 * What a field for date and time holds, read in the zone of the page: `2026-11-21T09:15` as a moment
 * that the server understands. Null for what is no time.
 */
export function isoOf(text: string | null, zone: string): string | null {
  if (text === null || text === '') return null;
  const asUtc = Date.parse(`${text.length === 10 ? `${text}T00:00` : text}Z`);
  if (Number.isNaN(asUtc)) return null;
  // The offset at that moment, asked twice because it may differ on the other side of a change of clocks.
  const first = asUtc - offset(asUtc, zone);
  return new Date(asUtc - offset(first, zone)).toISOString();
}

function offset(at: number, zone: string): number {
  const shown = moment(new Date(at), zone).replace(' ', 'T');
  return Date.parse(`${shown}Z`) - Math.floor(at / 1000) * 1000;
}

const UNITS: [seconds: number, short: string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** `now`, `40 s ago`, `3 min ago`, `in 2 h`. */
export function ago(iso: string, now: number): string {
  const seconds = Math.round((now - Date.parse(iso)) / 1000);
  const distance = Math.abs(seconds);
  if (distance < 5) return 'now';
  const [size, unit] = UNITS.find(([size]) => distance >= size) ?? [1, 's'];
  const text = `${Math.floor(distance / size)} ${unit}`;
  return seconds > 0 ? `${text} ago` : `in ${text}`;
}

/** `1:02:03`, `44:59`; `0:00` once it is over. */
export function clock(seconds: number): string {
  const left = Math.max(0, Math.ceil(seconds));
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(left / 3600);
  const minutes = Math.floor((left % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(left % 60)}` : `${minutes}:${two(left % 60)}`;
}

/** `3 d 4 h`, `2 h 5 min`, `40 s`: the two largest units. */
export function duration(seconds: number): string {
  let left = Math.max(0, Math.round(seconds));
  const parts: string[] = [];
  for (const [size, unit] of UNITS) {
    const count = Math.floor(left / size);
    left -= count * size;
    if (count > 0) parts.push(`${count} ${unit}`);
    if (parts.length === 2) break;
  }
  return parts.join(' ') || '0 s';
}

/* One timer for all that ticks, and none while nothing does or nobody looks. */
const tickers = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let present = shownNow();

function subscribe(ticker: () => void): () => void {
  tickers.add(ticker);
  present = shownNow();
  timer ??= setInterval(() => {
    if (document.hidden) return;
    present = shownNow();
    for (const one of tickers) one();
  }, 1000);
  return () => {
    tickers.delete(ticker);
    if (tickers.size === 0) {
      clearInterval(timer);
      timer = undefined;
    }
  };
}

/** Now, in milliseconds, a second at a time. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => present);
}
