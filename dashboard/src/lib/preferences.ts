import { useSyncExternalStore } from 'react';

const PREFIX = 'retinue.';
const cache = new Map<string, unknown>();
const listeners = new Set<() => void>();

/** Something that this browser remembers for its user: a width, a zone, a set of columns. */
export function usePreference<T>(name: string, initial: T): [T, (value: T) => void] {
  const value = useSyncExternalStore(subscribe, () => readPreference(name, initial));
  return [value, (next) => writePreference(name, next)];
}

export function readPreference<T>(name: string, initial: T): T {
  if (!cache.has(name)) cache.set(name, stored(name) ?? initial);
  return cache.get(name) as T;
}

export function writePreference(name: string, value: unknown): void {
  cache.set(name, value);
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  } catch {
    // A browser that stores nothing remembers until the page is closed.
  }
  for (const listener of listeners) listener();
}

/** For tests: as if the browser had just been started. */
export function forgetPreferences(): void {
  cache.clear();
}

function stored(name: string): unknown {
  try {
    const text = localStorage.getItem(PREFIX + name);
    return text === null ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
