import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FileDownload from '@mui/icons-material/FileDownloadOutlined';
import Typography from '@mui/material/Typography';

import type { Model } from '@/lib/api';
import { failedRows, parseCsv } from '@/lib/csv';
import { save } from '@/lib/downloads';
import { count, plural } from '@/lib/numbers';
import { leftOut, type Made } from '../actions';

const SHOWN = 100;
const FIRST = 12;

/** What a file or a list of follows would become, before it is meant. */
export function Findings({ seen, file }: { seen: Made; file: File | null }) {
  const { file: report, follow } = seen;
  if (report && report.errors.length > 0) return <RowErrors report={report} file={file} />;
  if (follow) return <Follows follow={follow} ignored={report?.ignored_columns} />;
  if (!report) return null;
  return (
    <Alert severity="success" role="status">
      {plural(report.rows, 'row becomes', 'rows become')} {plural(report.tasks, 'task')}.
      <Ignored columns={report.ignored_columns} />
    </Alert>
  );
}

function Follows({ follow, ignored }: { follow: Model<'FollowReport'>; ignored?: string[] }) {
  const left = leftOut(follow);
  return (
    <Alert severity={follow.pairs > 0 ? 'success' : 'warning'} role="status">
      <Typography variant="body2">
        {plural(follow.accounts, 'account')} and {plural(follow.targets, 'person', 'people')}:{' '}
        {plural(follow.pairs, 'follow')}
        {follow.batches.length > 1 && ` in ${follow.batches.length} batches`}.
      </Typography>
      {left !== '' && <Typography variant="body2">Left out: {left}.</Typography>}
      {follow.pairs > 0 && (
        <Box component="ul" aria-label="The first of them" sx={LIST}>
          {follow.first.slice(0, FIRST).map(({ account, username }) => (
            <li key={`${account} ${username}`}>
              {account} follows @{username}
            </li>
          ))}
          {follow.pairs > FIRST && <li>and {count(follow.pairs - FIRST)} more</li>}
        </Box>
      )}
      <Ignored columns={ignored} />
    </Alert>
  );
}

function RowErrors({ report, file }: { report: Model<'FileReport'>; file: File | null }) {
  const { errors } = report;
  const lines = new Set(errors.map(({ line }) => line)).size;
  const saveFailed = async () => {
    if (file === null) return;
    const text = failedRows(parseCsv(await file.text()), errors);
    save(text, `${file.name.replace(/\.csv$/i, '')}-failed-rows.csv`, 'text/csv');
  };
  return (
    <Alert severity="error">
      <Typography variant="body2" sx={{ fontWeight: 550 }}>
        {plural(lines, 'row does', 'rows do')} not fit, so nothing is asked for.
      </Typography>
      <Box component="ul" aria-label="Rows that do not fit" tabIndex={0} sx={LIST}>
        {errors.slice(0, SHOWN).map(({ line, column, reason, fix }, at) => (
          <li key={at}>
            Line {line}
            {column && `, ${column}`}: {reason}; {fix}.
          </li>
        ))}
        {errors.length > SHOWN && <li>and {count(errors.length - SHOWN)} more</li>}
      </Box>
      <Button
        color="inherit"
        startIcon={<FileDownload />}
        onClick={() => void saveFailed()}
        sx={{ mt: 0.5, ml: -1 }}
      >
        Failed rows as CSV
      </Button>
    </Alert>
  );
}

function Ignored({ columns = [] }: { columns?: string[] }) {
  return (
    columns.length > 0 && (
      <Typography variant="body2">Not known, and passed over: {columns.join(', ')}.</Typography>
    )
  );
}

const LIST = { m: 0, mt: 0.5, pl: 2, maxHeight: 170, overflowY: 'auto', fontSize: '0.8125rem' };
