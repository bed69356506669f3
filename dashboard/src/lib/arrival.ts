import { type Query, useIsFetching, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

/** Milliseconds after which a page shows what it has, with skeletons for the rest. */
const PATIENCE = 700;

const FIRST = {
  // What is said to be an aside has its place kept, and is not waited for.
  predicate: ({ state, meta }: Query) => state.data === undefined && meta?.isAside !== true,
};

/**
 * Whether all that a page has asked for at first is there, so that it appears whole and nothing on it
 * moves. What is asked for later changes nothing any more.
 */
export function useArrival(): boolean {
  const client = useQueryClient();
  const [hasArrived, setArrived] = useState(false);
  const waiting = useIsFetching(FIRST);
  useEffect(() => {
    const timer = setTimeout(() => {
      // Asked again, and not taken from above: what the answers have led to is being asked for by now.
      if (client.isFetching(FIRST) === 0) setArrived(true);
    });
    return () => clearTimeout(timer);
  }, [client, waiting]);
  useEffect(() => {
    const timer = setTimeout(() => setArrived(true), PATIENCE);
    return () => clearTimeout(timer);
  }, []);
  return hasArrived;
}
