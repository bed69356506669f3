import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import { useQuery } from '@tanstack/react-query';
import { parseAsString, useQueryState } from 'nuqs';
import { Link as RouterLink } from 'react-router';

import { RowsSkeleton } from '@/components/AsyncContent';
import { ErrorPanel } from '@/components/ErrorPanel';
import { NotForYou } from '@/components/NotForYou';
import { Page } from '@/components/Page';
import { plural } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { personasQuery } from '@/lib/queries/personas';
import { PersonaField, personaOf } from '../PersonaField';
import { DropArchive } from './DropArchive';
import { UploadReport } from './UploadReport';
import { isOver, type Upload } from './uploads';
import { useArchive } from './useArchive';

const parent = { title: 'Content', to: '/content' };

/** Drop, look, take in. Nothing is kept before the button says so. */
export function UploadPage() {
  const personas = useQuery({ ...personasQuery(), enabled: useCan('accounts:read') });
  const found = personas.data?.items ?? [];
  const [wanted, setWanted] = useQueryState('persona', parseAsString);
  const persona = personaOf(wanted, found);
  const work = useArchive(persona);
  const { chosen, report, refusal } = work;
  if (!useCan('content:write')) {
    return (
      <Page title="Upload an archive" parent={parent}>
        <NotForYou message="Adding content needs the role operator." />
      </Page>
    );
  }
  return (
    <Page title="Upload an archive" parent={parent}>
      <Box sx={{ maxWidth: 360 }}>
        <Box sx={{ display: 'grid', pt: 0.75 }}>
          <PersonaField
            personas={found}
            value={persona}
            onChange={(value) => void setWanted(value)}
            hint={persona === '' ? 'Say first whose content it is.' : undefined}
          />
        </Box>
      </Box>
      <DropArchive
        chosen={chosen}
        isDisabled={work.isBusy || persona === ''}
        onFiles={work.choose}
      />
      {refusal && (
        <Alert severity="error">
          {refusal.message}
          {refusal.fields.map(({ field, message }) => ` ${field}: ${message}.`)}
        </Alert>
      )}
      {work.trouble && report === null && <ErrorPanel error={work.trouble} />}
      {report && isOver(report) && <Next report={report} work={work} persona={persona} />}
      {report ? (
        <UploadReport upload={report} />
      ) : (
        work.isBusy && (
          <Paper variant="outlined">
            <RowsSkeleton rows={5} />
          </Paper>
        )
      )}
    </Page>
  );
}

interface NextProps {
  report: Upload;
  work: ReturnType<typeof useArchive>;
  persona: string;
}

/** What a finished check leads to, and what a finished upload has brought. */
function Next({ report, work, persona }: NextProps) {
  const { added = 0, unchanged = 0, error = 0 } = report.counts;
  if (report.state === 'failed') return null;
  const rest = [
    unchanged > 0 && `${plural(unchanged, 'row')} there already`,
    error > 0 && `${plural(error, 'row')} left out`,
  ].filter(Boolean);
  if (!report.dry_run) {
    return (
      <Alert
        severity={error > 0 ? 'warning' : 'success'}
        action={
          <Button component={RouterLink} to={`/content?persona=${persona}`} color="inherit">
            Show the pool
          </Button>
        }
      >
        {[`${plural(added, 'item')} added`, ...rest].join(', ')}.
      </Alert>
    );
  }
  if (work.chosen === null) {
    return <Alert severity="info">This was a check. Choose the archive again to take it in.</Alert>;
  }
  return (
    <Paper
      variant="outlined"
      sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2, px: 2, py: 1 }}
    >
      <Box sx={{ flex: '1 1 200px', fontSize: '0.8125rem', color: 'text.secondary' }}>
        {added === 0
          ? 'There is nothing to take in.'
          : error > 0
            ? `${plural(error, 'row is', 'rows are')} wrong: mend the manifest, or take the others.`
            : 'Every row is right.'}
      </Box>
      <Button variant="outlined" onClick={work.check}>
        Check again
      </Button>
      <Button variant="contained" disabled={added === 0} loading={work.isBusy} onClick={work.take}>
        Take in {plural(added, 'item')}
      </Button>
    </Paper>
  );
}
