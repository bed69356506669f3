import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import { useQuery } from '@tanstack/react-query';
import { Link as RouterLink } from 'react-router';

import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago } from '@/components/Time';
import type { EngagementSession } from '@/lib/api';
import { count } from '@/lib/numbers';
import { totalOf } from './counters';
import { LimitMeters } from './Limits';
import { Progress } from './Progress';
import { isOpen, statusQuery } from './queries';
import { StopButton } from './StopButton';

interface RunningCardProps {
  session: EngagementSession;
  onAsked: (session: EngagementSession) => void;
}

/** One session that runs, or that was asked to stop a moment ago. */
export function RunningCard({ session, onAsked }: RunningCardProps) {
  const status = useQuery({ ...statusQuery(session.account), enabled: isOpen(session.status) });
  const now = status.data?.session_id === session.id ? status.data : undefined;
  const process = now?.processes?.[0];
  return (
    <Paper
      component="article"
      variant="outlined"
      aria-label={`Session of ${session.account}`}
      sx={{ p: 1.5, display: 'grid', gap: 1.25, minWidth: 0, alignContent: 'start' }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minWidth: 0 }}>
        <TextLink
          to={`/accounts/${session.account_id}`}
          noWrap
          title={session.account}
          sx={{ flex: 1, minWidth: 0, fontWeight: 600, color: 'text.primary' }}
        >
          {session.account}
        </TextLink>
        <StateChip state={session.status} hint={session.stop_reason} />
      </Box>
      <Progress session={session} />
      <Totals session={session} />
      <Box sx={{ minHeight: 72 }}>
        {now?.limits && <LimitMeters limits={now.limits} only={['follow', 'like']} />}
      </Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
        <Box sx={{ flex: 1, minWidth: 110, fontSize: '0.75rem', color: 'text.secondary' }}>
          {isOpen(session.status) ? (
            <>
              {process
                ? `${process.cpu_percent.toFixed(0)} % CPU · ${process.memory_mb.toFixed(0)} MB`
                : session.pid === null
                  ? 'No process yet'
                  : `PID ${session.pid}`}
            </>
          ) : (
            <>
              Gone <Ago at={session.ended_at} />
            </>
          )}
        </Box>
        <StopButton session={session} onAsked={onAsked} />
        <Button component={RouterLink} to={`/sessions/${session.id}`} variant="outlined">
          Details
        </Button>
      </Box>
    </Paper>
  );
}

function Totals({ session }: { session: EngagementSession }) {
  const total = totalOf(session.counters);
  return (
    <Box
      component="dl"
      aria-label={`Counters of ${session.account}`}
      sx={{
        m: 0,
        display: 'grid',
        gridTemplateColumns: 'repeat(4, 1fr)',
        '& dt': { fontSize: '0.75rem', color: 'text.secondary' },
        '& dd': { m: 0, fontSize: '1.0625rem', fontWeight: 600 },
      }}
    >
      {Object.entries(total).map(([name, value]) => (
        <div key={name}>
          <dt>{LABELS[name]}</dt>
          <dd>{count(value)}</dd>
        </div>
      ))}
    </Box>
  );
}

const LABELS: Record<string, string> = {
  done: 'Done',
  skipped: 'Skipped',
  failed: 'Failed',
  unknown: 'Unknown',
};
