import Alert from '@mui/material/Alert';
import Button from '@mui/material/Button';
import VerifiedUser from '@mui/icons-material/VerifiedUserOutlined';
import { useMutation, type UseMutationResult } from '@tanstack/react-query';

import { Moment } from '@/components/Time';
import { api, data } from '@/lib/api';
import type { components } from '@/lib/api/schema';
import { count, plural } from '@/lib/numbers';
import { useToast } from '@/lib/toasts';

export type Verdict = components['schemas']['AuditVerdict'] & { at: string };

/** Reads the whole log on the server, so it is asked for by hand. */
export function useVerify(): UseMutationResult<Verdict, Error, void> {
  const toast = useToast();
  return useMutation({
    mutationFn: async () => {
      const verdict = await data(api.GET('/api/audit/verify'));
      return { ...verdict, at: new Date().toISOString() };
    },
    onError: (error) => toast.failed('The log was not verified.', error),
  });
}

export function VerifyButton({ check }: { check: ReturnType<typeof useVerify> }) {
  return (
    <Button
      variant="contained"
      startIcon={<VerifiedUser />}
      loading={check.isPending}
      loadingPosition="start"
      onClick={() => check.mutate()}
    >
      Verify the log
    </Button>
  );
}

/** What the check has found, in a sentence. */
export function VerdictLine({ verdict, onClose }: { verdict: Verdict; onClose: () => void }) {
  const when = <Moment at={verdict.at} />;
  if (verdict.ok) {
    return (
      <Alert severity="success" onClose={onClose}>
        {verdict.entries === 1 ? 'The one entry is' : `All ${count(verdict.entries)} entries are`}{' '}
        as written: none was changed, taken out or slipped in. Checked {when}.
      </Alert>
    );
  }
  return (
    <Alert severity="error" onClose={onClose}>
      Entry {count(verdict.first_broken_id)} does not follow from the one before it: it was changed,
      taken out or slipped in. {intact(verdict.entries)} Checked {when}.
    </Alert>
  );
}

function intact(entries: number): string {
  if (entries === 0) return 'No entry before it can be trusted.';
  return `The ${plural(entries, 'entry', 'entries')} before it ${entries === 1 ? 'is' : 'are'} as written; what follows cannot be trusted.`;
}
