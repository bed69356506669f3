import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FormControlLabel from '@mui/material/FormControlLabel';
import Paper from '@mui/material/Paper';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import { useState } from 'react';
import { Link } from 'react-router';

import { RowsSkeleton } from '@/components/AsyncContent';
import { CopyText } from '@/components/CopyText';
import { Page } from '@/components/Page';
import { plural } from '@/lib/numbers';
import { DropAccounts } from './DropAccounts';
import { type ImportMode, type ImportReport, isOver } from './imports';
import { Preview } from './Preview';
import { RowsTable } from './RowsTable';
import { useImport } from './useImport';
import { Verdict } from './Verdict';

/** Drop, look, import. Nothing is stored before the button says so. */
export function ImportPage() {
  const work = useImport();
  const { chosen, report, refusal } = work;
  const isDone = report !== null && !report.dry_run && isOver(report);
  return (
    <Page title="Import accounts" parent={{ title: 'Accounts', to: '/accounts' }}>
      <DropAccounts
        onFile={work.choose}
        onRefused={work.refuse}
        isSmall={chosen !== null || report !== null}
      />
      {refusal && (
        <Alert severity="error">
          {refusal.message}
          {refusal.traceId && (
            <Box sx={{ fontSize: '0.75rem' }}>
              Trace <CopyText text={refusal.traceId} />
            </Box>
          )}
        </Alert>
      )}
      {isDone && report.state === 'completed' && (
        <Alert
          severity={report.counts.error ? 'warning' : 'success'}
          action={
            <Button component={Link} to="/accounts" color="inherit">
              Show the accounts
            </Button>
          }
        >
          {resultOf(report)}
        </Alert>
      )}
      {report && <Verdict report={report} />}
      {report?.dry_run && isOver(report) && chosen && (
        <Choice report={report} isBusy={work.isSending} onRun={work.run} />
      )}
      {report && isOver(report) ? (
        <RowsTable
          // Another answer begins with its own errors.
          key={`${chosen?.file.name}${report.dry_run}${report.counts.error}`}
          report={report}
          rows={work.rows}
          onMore={work.more}
          onSaveFailed={work.saveFailed}
        />
      ) : (
        work.isSending && (
          <Paper variant="outlined">
            <RowsSkeleton rows={5} />
          </Paper>
        )
      )}
      {chosen && (
        <Preview
          name={chosen.file.name}
          size={chosen.file.size}
          file={chosen.preview}
          ignored={report?.ignored_columns}
        />
      )}
    </Page>
  );
}

function resultOf({ counts }: ImportReport): string {
  const parts = [`${plural(counts.create ?? 0, 'account')} added`];
  if (counts.update) parts.push(`${counts.update} updated`);
  if (counts.unchanged) parts.push(`${counts.unchanged} unchanged`);
  if (counts.error) parts.push(`${plural(counts.error, 'row')} left out`);
  return `${parts.join(', ')}.`;
}

interface ChoiceProps {
  report: ImportReport;
  isBusy: boolean;
  onRun: (mode: ImportMode) => void;
}

function Choice({ report, isBusy, onRun }: ChoiceProps) {
  const { create = 0, update = 0, unchanged = 0, error = 0 } = report.counts;
  const [mode, setMode] = useState<ImportMode>('all_or_nothing');
  const valid = create + update + unchanged;
  const isBlocked = valid === 0 || (error > 0 && mode === 'all_or_nothing');
  return (
    <Paper
      variant="outlined"
      sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, px: 2, py: 1 }}
    >
      <RadioGroup
        row
        aria-label="How to import"
        value={mode}
        onChange={(_, next) => setMode(next as ImportMode)}
        sx={{ flex: 1 }}
      >
        <FormControlLabel
          value="all_or_nothing"
          control={<Radio size="small" />}
          label="All or nothing"
        />
        <FormControlLabel
          value="valid_rows"
          control={<Radio size="small" />}
          label="Only the rows that are right"
        />
      </RadioGroup>
      {isBlocked && (
        <Box sx={{ fontSize: '0.8125rem', color: 'text.secondary' }}>
          {valid === 0
            ? 'There is nothing to import.'
            : `${plural(error, 'row is', 'rows are')} wrong: mend, or take the others only.`}
        </Box>
      )}
      <Button variant="contained" disabled={isBlocked} loading={isBusy} onClick={() => onRun(mode)}>
        Import {plural(valid, 'account')}
      </Button>
    </Paper>
  );
}
