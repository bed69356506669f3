import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { lazy, type ReactNode, Suspense, useState } from 'react';

import { TextLink } from '@/components/TextLink';
import { Ago, Moment } from '@/components/Time';
import { useCan } from '@/lib/queries/me';
import { duration } from '@/lib/time';
import type { Verb } from './actions';
import { Given } from './Given';
import type { Row, Step } from './queries';
import { actsOn, LOOK_NAMES, looksOf, PHASE_NAMES } from './reading';
import { Mark } from './Track';

const DecideDialog = lazy(() => import('./DecideDialog'));

const VERBS: [Verb, string][] = [
  ['retry', 'Try again now'],
  ['skip', 'Leave it out'],
  ['review', 'Send to a person'],
];

/** One phase: how it stands, what it was given and why, what went wrong, and what can be done. */
export function PhaseItem({ step, row }: { step: Step; row: Row }) {
  const [verb, setVerb] = useState<Verb | null>(null);
  const canWrite = useCan('warmup:write');
  const looks = looksOf(step, row);
  const may = actsOn(step, row);
  const verbs = canWrite ? VERBS.filter(([one]) => may[one]) : [];
  const isQuiet = looks === 'locked';
  return (
    <Box component="li" sx={ITEM}>
      <Box sx={{ pt: '1px' }}>
        <Mark looks={looks} />
      </Box>
      <Box sx={{ minWidth: 0, display: 'grid', gap: 1 }}>
        <Box>
          <Typography variant="h3" color={isQuiet ? 'textSecondary' : 'textPrimary'}>
            {PHASE_NAMES[step.phase]}
          </Typography>
          <Typography variant="caption" component="div" color="textSecondary">
            {LOOK_NAMES[looks]}
            {linesOf(step).map((line, at) => (
              <span key={at}> · {line}</span>
            ))}
          </Typography>
        </Box>
        {step.error_message && step.status !== 'completed' && (
          <Typography variant="body2" sx={{ color: 'error.text', overflowWrap: 'anywhere' }}>
            {step.error_message}
          </Typography>
        )}
        {step.content_missing_at && step.status === 'available' && (
          <Typography variant="body2" sx={{ color: 'warning.text' }}>
            {row.persona?.name} has nothing left for it since{' '}
            <Moment at={step.content_missing_at} precision="minute" />.{' '}
            <TextLink to="/content/forecast?show=short">What is missing</TextLink>
          </Typography>
        )}
        {step.assignment && <Given assignment={step.assignment} />}
        {verbs.length > 0 && (
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
            {verbs.map(([one, label]) => (
              <Button key={one} variant="outlined" onClick={() => setVerb(one)}>
                {label}
              </Button>
            ))}
          </Box>
        )}
      </Box>
      <Suspense fallback={null}>
        {verb !== null && (
          <DecideDialog row={row} phase={step.phase} verb={verb} onClose={() => setVerb(null)} />
        )}
      </Suspense>
    </Box>
  );
}

/** When it was done or will be, by whom, and after how many failures. */
function linesOf(step: Step): ReactNode[] {
  const lines: ReactNode[] = [];
  if (step.completed_at) lines.push(<Ago key="done" at={step.completed_at} />);
  else if (step.available_at && (step.status === 'pending' || step.status === 'failed'))
    lines.push(<Ago key="due" at={step.available_at} />);
  if (step.skipped_by) lines.push(`by ${step.skipped_by}`);
  else if (step.bot && step.status !== 'available') lines.push(`by ${step.bot}`);
  if (step.execution_time_ms !== null && step.execution_time_ms >= 1000)
    lines.push(`took ${duration(step.execution_time_ms / 1000)}`);
  if (step.retry_count > 0) lines.push(`failed ${step.retry_count} ×`);
  return lines;
}

const ITEM = {
  position: 'relative',
  display: 'grid',
  gridTemplateColumns: '22px minmax(0, 1fr)',
  gap: 1.5,
  pb: 2.5,
  // The line that leads from one phase to the next.
  '&:not(:last-child)::before': {
    content: '""',
    position: 'absolute',
    left: '10.5px',
    top: 26,
    bottom: 2,
    width: '1px',
    bgcolor: 'divider',
  },
} as const;
