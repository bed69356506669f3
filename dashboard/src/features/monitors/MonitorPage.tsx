import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { Link as RouterLink, useParams } from 'react-router';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { Page } from '@/components/Page';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { plural, words } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { useAct, useAgain, useStop } from './actions';
import { IntervalMenu } from './IntervalMenu';
import { NextRead } from './Freshness';
import { History } from './History';
import { useReadings } from './live';
import { Numbers } from './Numbers';
import { type Monitor, monitorQuery } from './queries';
import { intervalName, KIND_NAMES, metricName, sourceName, subjectName } from './reading';

const parent = { title: 'Monitors', to: '/monitors' };

/** One subject: its newest numbers, how they have come about, and how old they are. */
export function MonitorPage() {
  const id = Number(useParams().id);
  const monitor = useQuery(monitorQuery(id));
  useReadings([id]);
  const row = monitor.data;
  return (
    <Page
      title={row ? subjectName(row) : 'Monitor'}
      parent={parent}
      about={row ? <About monitor={row} /> : ' '}
      actions={row && <Actions monitor={row} />}
    >
      <AsyncContent query={monitor} skeleton={<RowsSkeleton rows={12} />}>
        {(found) => (
          <>
            <Trouble monitor={found} />
            <Numbers monitor={found} />
            <History monitor={found} />
          </>
        )}
      </AsyncContent>
    </Page>
  );
}

function About({ monitor }: { monitor: Monitor }) {
  return (
    <Box
      sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 1, rowGap: 0.25 }}
    >
      <StateChip state={monitor.status} />
      <span>
        {KIND_NAMES[monitor.kind]} · {intervalName(monitor.interval_seconds)} ·{' '}
        {monitor.source === null ? 'the usual source' : sourceName(monitor.source)}
      </span>
      {monitor.status === 'active' && (
        <span>
          · next <NextRead monitor={monitor} />
        </span>
      )}
      {monitor.bio && <Box sx={{ flexBasis: '100%', overflowWrap: 'anywhere' }}>{monitor.bio}</Box>}
    </Box>
  );
}

/** What is wrong with it, the most pressing first, and where to mend it. */
function Trouble({ monitor }: { monitor: Monitor }) {
  const { last_error: error, waiting_why: why, strange, failures } = monitor;
  return (
    <>
      {error && (
        <Alert
          severity={monitor.last_success_at === null ? 'error' : 'warning'}
          action={<TextLink to="/monitors/sources">Sources</TextLink>}
        >
          {words(error.failure_class)}: {error.message} It has failed {plural(failures, 'time')} in
          a row
          {monitor.last_success_at === null
            ? '.'
            : '; the numbers below are the last that were read.'}
        </Alert>
      )}
      {why && <Alert severity="warning">It waits: {why}</Alert>}
      {strange.length > 0 && (
        <Alert severity="info" action={<TextLink to="/alerts?kind=anomaly">Alerts</TextLink>}>
          {strange.map(metricName).join(', ')}: unlike its usual course, and a second reading has
          confirmed it.
        </Alert>
      )}
    </>
  );
}

function Actions({ monitor }: { monitor: Monitor }) {
  const act = useAct();
  const stop = useStop();
  const again = useAgain();
  const canWrite = useCan('monitors:write');
  const name = subjectName(monitor);
  const whom = { ids: [monitor.id] };
  const isPaused = monitor.status === 'paused';
  return (
    <>
      <Button component={RouterLink} to={`/monitors/compare?ids=${monitor.id}`} variant="outlined">
        Compare
      </Button>
      {canWrite && monitor.status === 'stopped' && (
        <Button variant="contained" loading={again.isPending} onClick={() => again.mutate(monitor)}>
          Watch again
        </Button>
      )}
      {canWrite && monitor.status !== 'stopped' && (
        <>
          <IntervalMenu monitor={monitor} />
          <Button
            variant="outlined"
            color="error"
            loading={stop.isPending}
            onClick={() => stop.mutate(monitor)}
          >
            Stop
          </Button>
          <Button
            variant="contained"
            loading={act.isPending}
            onClick={() => act.mutate({ action: isPaused ? 'resume' : 'pause', whom, name })}
          >
            {isPaused ? 'Resume' : 'Pause'}
          </Button>
        </>
      )}
    </>
  );
}
