import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CheckCircle from '@mui/icons-material/CheckCircle';
import Paper from '@mui/material/Paper';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Link } from 'react-router';

import { CopyText } from '@/components/CopyText';
import { Page } from '@/components/Page';
import { TextLink } from '@/components/TextLink';
import { writePreference } from '@/lib/preferences';
import { plural } from '@/lib/numbers';
import { useCan, useMe } from '@/lib/queries/me';
import { progressQuery } from './queries';

/** The way in: shown by itself while there are no accounts, and always reachable from the person's menu. */
export function WelcomePage() {
  const done = useQuery(progressQuery()).data;
  const me = useMe();
  const canImport = useCan('accounts:write');
  const canStart = useCan('sessions:control');
  const hasAccounts = (done?.accounts ?? 0) > 0;
  const hasRun = (done?.interactions ?? 0) > 0 || (done?.running ?? 0) > 0;
  return (
    <Page title="First steps" about="A way in that touches no live network.">
      <Paper variant="outlined" sx={{ maxWidth: 760 }}>
        <Box sx={{ px: 2.5, py: 2, borderBottom: 1, borderColor: 'divider' }}>
          <Typography variant="h2">What Sandgram is</Typography>
          <Typography variant="body2" color="textSecondary" sx={{ mt: 0.5, maxWidth: 620 }}>
            Sandgram is a social network that comes with Retinue and runs on this machine: invented
            people who follow back or do not, real requests, limits and blocks as elsewhere, and
            nobody who could mind. What works there, and what does not, costs nothing.
          </Typography>
        </Box>
        <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }}>
          <Step
            number={1}
            title="Bring accounts"
            isDone={hasAccounts}
            said={hasAccounts ? `${plural(done?.accounts ?? 0, 'account')} here.` : undefined}
            action={
              canImport && (
                <Next to="/accounts/import" isFirst={!hasAccounts}>
                  Import accounts
                </Next>
              )
            }
          >
            A CSV with a line for each account. What is wrong with a line is said before anything is
            stored; passwords are sealed at once.{' '}
            {!hasAccounts && me?.kind !== 'token' && (
              <>
                Example accounts on Sandgram come with <CopyText text="retinue up --demo" />
              </>
            )}
          </Step>
          <Step
            number={2}
            title="Let one of them work"
            isDone={hasRun}
            said={
              hasRun ? `${plural(done?.interactions ?? 0, 'interaction')} in 7 days.` : undefined
            }
            action={
              canStart && (
                <Next to="/sessions" isFirst={hasAccounts && !hasRun}>
                  Start a session
                </Next>
              )
            }
          >
            A session lets an account follow, like and look as its plan says: within its limits, and
            nobody twice. It can be stopped at any moment.
          </Step>
          <Step
            number={3}
            title="See what it did"
            isDone={false}
            action={
              <Next to="/interactions" isFirst={hasRun}>
                Interactions
              </Next>
            }
          >
            Each interaction with its outcome, and why it was done or left. What needs a person
            comes to the <TextLink to="/inbox">inbox</TextLink>; how much may be done is in the{' '}
            <TextLink to="/settings">settings</TextLink>.
          </Step>
        </Box>
      </Paper>
      <Box>
        <Button
          component={Link}
          to="/overview"
          // Whoever has seen this page is not sent here again by the overview.
          onClick={() => writePreference('welcomed', true)}
        >
          Go to the overview
        </Button>
      </Box>
    </Page>
  );
}

interface StepProps {
  number: number;
  title: string;
  isDone: boolean;
  said?: string;
  action: ReactNode;
  children: ReactNode;
}

function Step({ number, title, isDone, said, action, children }: StepProps) {
  return (
    <Box component="li" sx={stepStyle}>
      {isDone ? (
        <CheckCircle role="img" aria-label="Done:" sx={{ fontSize: 26, color: 'success.text' }} />
      ) : (
        <Box sx={numberStyle}>{number}</Box>
      )}
      <Box sx={{ minWidth: 0 }}>
        <Typography variant="h3">{title}</Typography>
        <Typography variant="body2" component="div" color="textSecondary" sx={{ mt: 0.25 }}>
          {children}
        </Typography>
        {said && (
          <Typography variant="body2" sx={{ mt: 0.5, color: 'success.text' }}>
            {said}
          </Typography>
        )}
      </Box>
      <Box sx={{ gridColumn: { xs: 2, sm: 3 }, justifySelf: 'start' }}>{action}</Box>
    </Box>
  );
}

function Next({ to, isFirst, children }: { to: string; isFirst: boolean; children: ReactNode }) {
  return (
    <Button component={Link} to={to} variant={isFirst ? 'contained' : 'outlined'}>
      {children}
    </Button>
  );
}

const stepStyle = {
  display: 'grid',
  gridTemplateColumns: { xs: '26px 1fr', sm: '26px 1fr auto' },
  gap: 1.5,
  alignItems: 'start',
  px: 2.5,
  py: 2,
  '&:not(:last-child)': { borderBottom: 1, borderColor: 'divider' },
} as const;
const numberStyle = {
  width: 24,
  height: 24,
  m: '1px',
  borderRadius: 12,
  display: 'grid',
  placeItems: 'center',
  fontSize: '0.8125rem',
  fontWeight: 600,
  bgcolor: 'primary.soft',
  color: 'primary.text',
} as const;
