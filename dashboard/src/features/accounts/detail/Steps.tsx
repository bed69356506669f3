import Button from '@mui/material/Button';
import { useState } from 'react';

import type { Account } from '@/lib/api';
import { useValidate } from '../validation/useValidate';
import { useStartSession, useStep, useStopSession } from './actions';
import { ReasonDialog } from './ReasonDialog';

type Step = 'pause' | 'activate' | 'retire' | 'forget';

const STEPS: Record<Step, { title: string; about: string; confirm: string; said: string }> = {
  pause: {
    title: 'Pause',
    about: 'Nothing new starts on it until it is resumed. A session that runs ends after its act.',
    confirm: 'Pause account',
    said: 'is paused',
  },
  activate: {
    title: 'Activate',
    about: 'It may work from now on, without a warm-up by Retinue.',
    confirm: 'Activate account',
    said: 'is active',
  },
  retire: {
    title: 'Retire',
    about:
      'It leaves the lists and does nothing any more. The ledger keeps what it has done; importing it again revives it.',
    confirm: 'Retire account',
    said: 'is retired',
  },
  forget: {
    title: 'Try again with',
    about:
      'What was found out about its health is forgotten, so that it may be tried again. Do this once the cause is gone.',
    confirm: 'Forget its health',
    said: 'may be tried again',
  },
};
const SICK = new Set(['error', 'needs_human', 'locked', 'suspended']);

interface StepsProps {
  account: Account;
  isRunning: boolean;
  canWrite: boolean;
  canControl: boolean;
}

/** What can be done with the account as it stands. */
export function Steps({ account, isRunning, canWrite, canControl }: StepsProps) {
  const [step, setStep] = useState<Step | null>(null);
  const act = useStep();
  const start = useStartSession();
  const stop = useStopSession();
  const validate = useValidate();
  if (account.lifecycle === 'retired') return null;

  const confirm = (wanted: Step, reason: string) => {
    const change = {
      pause: { paused: true },
      activate: { lifecycle: 'active' as const },
      retire: { lifecycle: 'retired' as const },
      forget: { health: 'unknown' as const },
    }[wanted];
    const back = wanted === 'pause' ? { paused: false } : undefined;
    act.mutate(
      {
        account,
        change: { ...change, reason },
        back: back && { ...back, reason: 'the pause was taken back' },
        said: `${account.login} ${STEPS[wanted].said}.`,
      },
      { onSettled: () => setStep(null) },
    );
  };
  const resume = () =>
    act.mutate({
      account,
      change: { paused: false, reason: 'resumed by an operator' },
      back: { paused: true, reason: account.pause_reason ?? 'the resuming was taken back' },
      said: `${account.login} is resumed.`,
    });
  return (
    <>
      {canControl &&
        (isRunning ? (
          <Button variant="outlined" loading={stop.isPending} onClick={() => stop.mutate(account)}>
            Stop session
          </Button>
        ) : (
          <Button
            variant="contained"
            disabled={account.paused || account.lifecycle !== 'active'}
            loading={start.isPending}
            onClick={() => start.mutate(account)}
          >
            Start session
          </Button>
        ))}
      {canWrite && (
        <>
          <Button
            variant="outlined"
            disabled={account.validation_status === 'validating'}
            loading={validate.isPending}
            onClick={() => validate.mutate(account)}
          >
            Validate
          </Button>
          {SICK.has(account.health) && (
            <Button variant="outlined" onClick={() => setStep('forget')}>
              Try again
            </Button>
          )}
          {account.paused ? (
            <Button variant="outlined" loading={act.isPending} onClick={resume}>
              Resume
            </Button>
          ) : (
            <Button variant="outlined" onClick={() => setStep('pause')}>
              Pause
            </Button>
          )}
          {account.lifecycle !== 'active' && (
            <Button variant="outlined" onClick={() => setStep('activate')}>
              Activate
            </Button>
          )}
          <Button variant="outlined" color="error" onClick={() => setStep('retire')}>
            Retire
          </Button>
        </>
      )}
      {step !== null && (
        <ReasonDialog
          title={`${STEPS[step].title} ${account.login}`}
          confirm={STEPS[step].confirm}
          isDangerous={step === 'retire'}
          isBusy={act.isPending}
          onConfirm={(reason) => confirm(step, reason)}
          onClose={() => setStep(null)}
        >
          {STEPS[step].about}
        </ReasonDialog>
      )}
    </>
  );
}
