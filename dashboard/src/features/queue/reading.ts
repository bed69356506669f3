import type { Model } from '@/lib/api';
import { plural } from '@/lib/numbers';

export type Queue = Model<'QueueRead'>;
export type Worker = Model<'WorkerRead'>;

/** Why nothing moves, in a sentence; null where all is as it should be. */
export function troubleOf(queue: Queue): string | null {
  if (queue.pending + queue.running === 0) return null;
  const alive = queue.workers.filter((worker) => !worker.is_lost);
  if (alive.length === 0) {
    return 'No worker is alive, so nothing is taken up. Start one: retinue worker, or restart retinue up.';
  }
  const lost = queue.workers.length - alive.length;
  if (lost > 0) {
    return `${plural(lost, 'worker')} fell silent. What it had in its hands goes to another one within 45 seconds.`;
  }
  return null;
}

/** Of the workers that are alive. */
export function placesOf(workers: readonly Worker[]): { places: number; busy: number } {
  const alive = workers.filter((worker) => !worker.is_lost);
  return {
    places: alive.reduce((sum, { places }) => sum + places, 0),
    busy: alive.reduce((sum, { busy }) => sum + busy, 0),
  };
}
