import { api, data, type Model } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { useAction } from '@/lib/useAction';
import type { Monitor, MonitorFilter } from './queries';
import { subjectName } from './reading';

export type Act = Model<'MonitorBulkRequest'>['action'];
type Filter = Model<'MonitorBulkFilter'>;
type Status = Model<'MonitorStatus'>;

const touches = ['monitors', 'monitor', 'comparison', 'spend', 'audit'];

/** What one act is meant for: monitors by their ids, or all that the filters of the list match. */
export type Whom = { ids: number[] } | { filter: MonitorFilter };

export interface Done {
  changed: number[];
  unchanged: number;
  refused: number;
  /** Why the first of them was refused. */
  reason: string | null;
}

const DONE: Record<Act, string> = { pause: 'paused', resume: 'resumed', stop: 'stopped' };
const BACK: Partial<Record<Act, Act>> = { pause: 'resume', resume: 'pause' };
/** What an act changes at all: what it has changed is not among them any more. */
const CHANGES: Record<Act, Status[]> = {
  pause: ['active'],
  resume: ['paused'],
  stop: ['active', 'paused'],
};
const AT_ONCE = 1000;

export const monitorWords = (number: number) => plural(number, 'monitor');

async function act(action: Act, whom: Whom): Promise<Done> {
  const done: Done = { changed: [], unchanged: 0, refused: 0, reason: null };
  const ask = async (part: { ids: number[] } | { filter: Filter }) => {
    const report = await data(
      api.POST('/api/monitors/bulk', { body: { action, dry_run: false, ...part } }),
    );
    const changed = report.rows.filter(({ outcome }) => outcome === 'changed');
    done.changed.push(...changed.map(({ id }) => id));
    done.unchanged += report.unchanged;
    done.refused += report.refused;
    done.reason ??= report.rows.find(({ reason }) => reason !== null)?.reason ?? null;
    return report;
  };
  if ('ids' in whom) {
    for (let first = 0; first < whom.ids.length; first += AT_ONCE)
      await ask({ ids: whom.ids.slice(first, first + AT_ONCE) });
    return done;
  }
  const { kind, stale, due, q, status = [] } = whom.filter;
  const left = CHANGES[action].filter((one) => status.length === 0 || status.includes(one));
  if (left.length === 0) return done;
  for (;;) {
    const report = await ask({ filter: { kind, stale, due, q, status: left } });
    if (report.matched < AT_ONCE || report.changed === 0) return done;
  }
}

export function useAct() {
  return useAction({
    run: ({ action, whom }: { action: Act; whom: Whom; name?: string }) => act(action, whom),
    done: ({ changed, refused, reason }, { action, name }) => {
      const what = name ?? monitorWords(changed.length);
      const rest =
        refused > 0 ? ` ${monitorWords(refused)} refused: ${reason ?? 'no reason given'}` : '';
      if (changed.length === 0) return `Nothing had to be ${DONE[action]}.${rest}`;
      const verb = name !== undefined || changed.length === 1 ? 'is' : 'are';
      return `${what} ${verb} ${DONE[action]}.${rest}`;
    },
    failed: ({ action }) => `Not ${DONE[action]}.`,
    undo: ({ action }, { changed }) => act(BACK[action] ?? 'resume', { ids: changed }),
    canUndo: ({ action }, { changed }) => BACK[action] !== undefined && changed.length > 0,
    touches,
  });
}

/** One that was stopped comes back with its history, so creating is what undoes a stop. */
const again = (monitor: Monitor) =>
  data(
    api.POST('/api/monitors', {
      body: {
        kind: monitor.kind,
        subject: monitor.subject,
        interval: monitor.interval as Model<'MonitorCreate'>['interval'],
        source: monitor.source as Model<'SourceName'> | null,
      },
    }),
  );

export function useStop() {
  return useAction({
    run: (monitor: Monitor) => act('stop', { ids: [monitor.id] }),
    done: (_, monitor) => `${subjectName(monitor)} is not watched any more.`,
    failed: (monitor) => `${subjectName(monitor)} was not stopped.`,
    undo: (monitor) => again(monitor),
    touches,
  });
}

export function useAgain() {
  return useAction({
    run: again,
    done: (monitor) => `${subjectName(monitor)} is watched again.`,
    failed: (monitor) => `${subjectName(monitor)} is not watched.`,
    undo: (monitor) => act('stop', { ids: [monitor.id] }),
    touches,
  });
}

/** For the form, which shows by itself what is refused. */
export function useCreate() {
  return useAction({
    run: (body: Model<'MonitorCreate'>) => data(api.POST('/api/monitors', { body })),
    done: (monitor) => `${subjectName(monitor)} is watched.`,
    failed: 'Nothing is watched.',
    undo: (_, monitor) => act('stop', { ids: [monitor.id] }),
    quiet: true,
    touches,
  });
}

export function useChange() {
  return useAction({
    run: ({ monitor, change }: { monitor: Monitor; change: Model<'MonitorChange'> }) =>
      data(
        api.PATCH('/api/monitors/{monitor_id}', {
          params: { path: { monitor_id: monitor.id } },
          body: change,
        }),
      ),
    done: (monitor) => `${subjectName(monitor)} is changed.`,
    failed: ({ monitor }) => `${subjectName(monitor)} was not changed.`,
    undo: ({ monitor }) =>
      data(
        api.PATCH('/api/monitors/{monitor_id}', {
          params: { path: { monitor_id: monitor.id } },
          body: {
            interval: monitor.interval as Model<'MonitorCreate'>['interval'],
            source: monitor.source as Model<'SourceName'> | null,
          },
        }),
      ),
    touches,
  });
}
