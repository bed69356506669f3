import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Cancel from '@mui/icons-material/CancelOutlined';
import CheckCircle from '@mui/icons-material/CheckCircleOutlined';
import Typography from '@mui/material/Typography';
import { useState } from 'react';

import { Hidden } from '@/components/Hidden';
import { listStyle } from '@/components/listStyle';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago, Moment } from '@/components/Time';
import { words } from '@/lib/numbers';
import { type Found, type Run, runsOf, type Step, titleOf } from './upkeep';

const SHOWN = 4;

/** What was done, each with its steps; the newest first, and only some until more are asked for. */
export function Runs({ found }: { found: Found }) {
  const runs = runsOf(found);
  const [isAll, setAll] = useState(false);
  const shown = isAll ? runs : runs.slice(0, SHOWN);
  return (
    <>
      <Box component="ul" aria-label="What was done" sx={{ ...listStyle, mx: -2 }}>
        {shown.map((run) => (
          <Box component="li" key={run.id} sx={{ px: 2, py: 1.5 }}>
            <OneRun run={run} />
          </Box>
        ))}
      </Box>
      {runs.length > shown.length && (
        <Button onClick={() => setAll(true)}>Show {runs.length - shown.length} more</Button>
      )}
    </>
  );
}

function OneRun({ run }: { run: Run }) {
  const { task, steps } = run;
  const isWaiting = task?.waiting_for === 'person';
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, flexWrap: 'wrap' }}>
        <Typography variant="h3">{titleOf(run)}</Typography>
        {task && (
          <StateChip
            state={isWaiting ? 'needs_human' : task.status}
            label={isWaiting ? 'Waits for a person' : undefined}
            hint={task.waiting_why}
          />
        )}
        {isWaiting && (
          <TextLink to="/inbox" variant="body2">
            To the inbox
          </TextLink>
        )}
        <Typography variant="caption" color="textSecondary" sx={{ ml: 'auto' }}>
          <Ago at={task?.created_at ?? steps[0]?.at} />
          {task && (
            <>
              {' · '}
              <TextLink to={`/tasks?open=${task.id}`}>Task</TextLink>
            </>
          )}
        </Typography>
      </Box>
      {task?.status === 'pending' && task.waiting_why !== null && (
        <Typography variant="body2" color="textSecondary">
          {task.waiting_why}
        </Typography>
      )}
      {steps.length > 0 && (
        <Box component="ol" aria-label={`Steps of ${titleOf(run)}`} sx={STEPS}>
          {steps.map((step, at) => (
            <OneStep key={at} step={step} />
          ))}
        </Box>
      )}
      {task?.status === 'failed' && typeof task.error?.message === 'string' && (
        <Typography variant="body2" sx={{ color: 'error.text' }}>
          {task.error.message}
        </Typography>
      )}
    </Box>
  );
}

function OneStep({ step }: { step: Step }) {
  const Icon = step.ok ? CheckCircle : Cancel;
  return (
    <li>
      <Icon aria-hidden sx={{ fontSize: 17, color: step.ok ? 'success.main' : 'error.main' }} />
      <Box component="span" sx={{ fontWeight: 550, position: 'relative' }}>
        {words(step.step)}
        <Hidden>{step.ok ? ': done' : ': not done'}</Hidden>
      </Box>
      <Box component="span" sx={{ overflowWrap: 'anywhere', minWidth: 0 }}>
        {step.message}
      </Box>
      <Box component="span" sx={{ color: 'text.secondary', fontSize: '0.75rem' }}>
        <Moment at={step.at} />
      </Box>
    </li>
  );
}

const STEPS = {
  m: 0,
  p: 0,
  listStyle: 'none',
  display: 'grid',
  gap: 0.75,
  fontSize: '0.8125rem',
  '& > li': {
    display: 'grid',
    gridTemplateColumns: { xs: '17px 1fr', sm: '17px 120px minmax(0, 1fr) auto' },
    columnGap: 1,
    alignItems: 'baseline',
    '& > svg': { alignSelf: 'center' },
    '& > span:nth-of-type(n + 2)': { gridColumn: { xs: '2', sm: 'auto' } },
  },
} as const;
