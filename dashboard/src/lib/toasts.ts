import { useSyncExternalStore } from 'react';

import { asApiError } from './api';

export interface Toast {
  id: number;
  kind: 'success' | 'info' | 'warning' | 'error';
  text: string;
  detail?: string;
  undo?: () => unknown;
  /** Milliseconds; an error stays until it is closed. */
  lasts: number | null;
}

const MOST = 4;
let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const listener of listeners) listener();
}

function show(
  kind: Toast['kind'],
  text: string,
  more: Partial<Pick<Toast, 'detail' | 'undo'>> = {},
): number {
  const lasts = kind === 'error' ? null : more.undo ? 10_000 : 5_000;
  const toast: Toast = { id: nextId++, kind, text, lasts, ...more };
  set([...toasts, toast].slice(-MOST));
  return toast.id;
}

export function dismissToast(id: number): void {
  set(toasts.filter((toast) => toast.id !== id));
}

/** For tests: as if the page had just been opened. */
export function forgetToasts(): void {
  set([]);
}

export const toast = {
  /** Something is done. With `undo` it can be taken back for ten seconds. */
  done: (text: string, undo?: () => unknown) => show('success', text, { undo }),
  tell: (text: string) => show('info', text),
  warn: (text: string) => show('warning', text),
  /** Something was refused: says what the server said and under which trace id its log has it. */
  failed: (text: string, error: unknown) => {
    const { message, traceId } = asApiError(error);
    return show('error', text, { detail: traceId ? `${message} (trace ${traceId})` : message });
  },
  dismiss: dismissToast,
};

export function useToast(): typeof toast {
  return toast;
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
}
