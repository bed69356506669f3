import { useQueryClient } from '@tanstack/react-query';
import {
  createContext,
  type PropsWithChildren,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from 'react';

import { socketUrl } from '../location';
import { LiveSocket, type LiveEvent, type LiveStatus } from './socket';
import { Throttle } from './throttle';
import { touchedBy } from './touched';

interface Live {
  status: LiveStatus;
  isPaused: boolean;
  /** How many events came while the page was paused. */
  waiting: number;
  pause: () => void;
  resume: () => void;
  connectNow: () => void;
  listen: (listener: Listener) => () => void;
}

type Listener = (event: LiveEvent) => void;

const LiveContext = createContext<Live | null>(null);

/**
 * Keeps one connection for the whole page. What an event touches is asked for again, at most once
 * a second for each resource; while the page is paused or hidden nothing is asked, only remembered.
 */
export function LiveProvider({ children }: PropsWithChildren) {
  const client = useQueryClient();
  const [status, setStatus] = useState<LiveStatus>({ state: 'connecting' });
  const [isPaused, setPaused] = useState(false);
  const [waiting, setWaiting] = useState(0);
  const paused = useRef(false);
  const [listeners] = useState(() => new Set<Listener>());
  const socket = useRef<LiveSocket | null>(null);
  const throttle = useRef<Throttle | null>(null);

  useEffect(() => {
    const queue = new Throttle((name) => {
      void client.invalidateQueries(
        name === EVERYTHING ? { predicate: notMe } : { queryKey: [name] },
      );
    });
    throttle.current = queue;
    const hold = () => queue.hold(paused.current || document.hidden);
    const live = new LiveSocket({
      url: socketUrl('/api/ws'),
      onStatus: setStatus,
      onGap: () => queue.touch(EVERYTHING),
      onRefused: () => void client.invalidateQueries({ queryKey: ['me'] }),
      onEvent: (event) => {
        touchedBy(event).forEach((name) => queue.touch(name));
        if (paused.current) setWaiting((count) => count + 1);
        for (const listener of listeners) listener(event);
      },
    });
    socket.current = live;
    live.start();
    document.addEventListener('visibilitychange', hold);
    return () => {
      document.removeEventListener('visibilitychange', hold);
      live.stop();
      queue.stop();
    };
  }, [client, listeners]);

  const value = useMemo<Live>(() => {
    const setHeld = (held: boolean) => {
      paused.current = held;
      setPaused(held);
      setWaiting(0);
      throttle.current?.hold(held || document.hidden);
    };
    return {
      status,
      isPaused,
      waiting,
      pause: () => setHeld(true),
      resume: () => setHeld(false),
      connectNow: () => socket.current?.connectNow(),
      listen: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    };
  }, [status, isPaused, waiting, listeners]);
  return <LiveContext value={value}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === null) throw new Error('useLive needs a LiveProvider above it');
  return live;
}

/** For what a page wants to do with an event itself, such as patch a row in place. */
export function useLiveEvent(type: string, listener: Listener): void {
  const live = useContext(LiveContext);
  const latest = useRef(listener);
  useEffect(() => {
    latest.current = listener;
  });
  const listen = live?.listen;
  useEffect(
    () => listen?.((event) => event.type === type && latest.current(event)),
    [listen, type],
  );
}

const EVERYTHING = '*';
const notMe = (query: { queryKey: readonly unknown[] }) => query.queryKey[0] !== 'me';
