import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { Diff } from '@/components/Diff';
import { Section } from '@/components/Section';
import type { Account } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { Editor } from './Editor';
import { Findings } from './Findings';
import { type Finding, lintQuery, type Plan, planQuery, useSavePlan } from './queries';
import { Versions } from './Versions';

const PAUSE = 400;

interface ConfigurationProps {
  account: Account;
  canWrite: boolean;
}

export function Configuration({ account, canWrite }: ConfigurationProps) {
  const plan = useQuery(planQuery(account));
  return (
    <AsyncContent query={plan} rows={12}>
      {(read) => (
        <>
          <PlanEditor account={account} plan={read} canWrite={canWrite} />
          <Versions account={account} plan={read} canWrite={canWrite} />
        </>
      )}
    </AsyncContent>
  );
}

function PlanEditor({ account, plan, canWrite }: ConfigurationProps & { plan: Plan }) {
  const [text, setText] = useState(plan.text);
  const [base, setBase] = useState(plan);
  const [isSaving, setSaving] = useState(false);
  const [goTo, setGoTo] = useState<{ line: number; wish: number }>();
  const save = useSavePlan(account);
  const isDirty = text !== base.text;
  // What somebody else saves comes in by itself, but never over an edit.
  const isOvertaken = plan.version !== base.version && isDirty;
  if (plan.version !== base.version && !isDirty) {
    setBase(plan);
    setText(plan.text);
  }
  const lint = useLint(account, base, text);
  const errors = lint.findings.filter((found) => found.severity === 'error').length;

  const take = () => {
    setBase(plan);
    setText(plan.text);
  };
  const confirm = () =>
    save.mutate(
      { text, version: base.version },
      {
        onSuccess: (saved) => {
          setBase(saved);
          setText(saved.text);
          setSaving(false);
        },
        onError: () => setSaving(false),
      },
    );
  return (
    <Section
      title="Configuration"
      about={
        plan.version === 0 ? 'The default; nobody has saved one yet' : `Version ${base.version}`
      }
      flush
      actions={
        canWrite && (
          <Box sx={{ display: 'flex', gap: 1 }}>
            <Button disabled={!isDirty} onClick={() => setText(base.text)}>
              Discard
            </Button>
            <Button
              variant="outlined"
              disabled={!isDirty || errors > 0 || lint.isChecking || isOvertaken}
              onClick={() => setSaving(true)}
            >
              Review and save
            </Button>
          </Box>
        )
      }
    >
      {isOvertaken && (
        <Alert
          severity="warning"
          action={<Button onClick={take}>Take version {plan.version}</Button>}
        >
          Version {plan.version} was saved meanwhile. Copy what you need of your edit, then take it.
        </Alert>
      )}
      <Box sx={{ borderTop: 1, borderBottom: 1, borderColor: 'divider' }}>
        <Editor
          label={`Configuration of ${account.login}`}
          text={text}
          findings={lint.findings}
          readOnly={!canWrite}
          onChange={setText}
          goTo={goTo}
        />
      </Box>
      <Box sx={{ px: 2, py: 1, minHeight: 44 }}>
        <Box role="status" sx={{ fontSize: '0.8125rem', color: 'text.secondary', mb: 0.5 }}>
          {verdict(errors, lint)}
        </Box>
        <Findings
          findings={lint.findings}
          onGo={(line) => setGoTo({ line, wish: (goTo?.wish ?? 0) + 1 })}
        />
      </Box>
      <Dialog open={isSaving} onClose={() => setSaving(false)} maxWidth="md" fullWidth>
        <DialogTitle>Save version {base.version + 1}</DialogTitle>
        <DialogContent>
          <Diff before={base.text} after={text} />
        </DialogContent>
        <DialogActions>
          <Button onClick={() => setSaving(false)}>Cancel</Button>
          <Button variant="contained" loading={save.isPending} onClick={confirm}>
            Save configuration
          </Button>
        </DialogActions>
      </Dialog>
    </Section>
  );
}

interface Lint {
  findings: Finding[];
  isChecking: boolean;
  hasFailed: boolean;
}

/** The server's findings for a text, once typing has paused. */
function useLint(account: Account, base: Plan, text: string): Lint {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), PAUSE);
    return () => clearTimeout(timer);
  }, [text]);
  const isBase = text === base.text;
  const query = useQuery({
    ...lintQuery(account, settled),
    enabled: settled !== base.text,
    placeholderData: keepPreviousData,
  });
  return {
    findings: isBase ? base.findings : (query.data?.findings ?? base.findings),
    isChecking: !isBase && (settled !== text || query.isFetching || query.data === undefined),
    hasFailed: !isBase && query.isError,
  };
}

function verdict(errors: number, { findings, isChecking, hasFailed }: Lint): string {
  if (hasFailed) return 'The server could not check it.';
  if (isChecking) return 'Checking …';
  if (findings.length === 0) return 'Nothing to remark.';
  const warnings = findings.length - errors;
  const parts = [
    errors > 0 && plural(errors, 'error'),
    warnings > 0 && plural(warnings, 'warning'),
  ];
  return parts.filter(Boolean).join(', ');
}
