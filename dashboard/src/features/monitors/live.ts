import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';

import { useLive, useLiveEvent } from '@/lib/live';

/**
 * Asks anew for what is shown of these monitors once one of them was read, and not for the readings of
 * all the others. While the page is held it is remembered.
 */
export function useReadings(ids: readonly number[]): void {
  const client = useQueryClient();
  const { isPaused } = useLive();
  const waits = useRef(false);
  const refresh = () => {
    waits.current = false;
    for (const id of ids) void client.invalidateQueries({ queryKey: ['monitor', id] });
    void client.invalidateQueries({ queryKey: ['comparison'] });
  };
  useLiveEvent('metrics_update', ({ data }) => {
    const read = [data.read, data.failed].flatMap((one) => (Array.isArray(one) ? one : []));
    if (!ids.some((id) => read.includes(id))) return;
    if (isPaused) waits.current = true;
    else refresh();
  });
  useEffect(() => {
    if (!isPaused && waits.current) refresh();
  });
}
