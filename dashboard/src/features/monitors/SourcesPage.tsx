import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { Facts } from '@/components/Facts';
import { Meter } from '@/components/Meter';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Moment } from '@/components/Time';
import type { Model } from '@/lib/api';
import { count } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { KeyDialog } from './KeyDialog';
import { MonitorsFrame } from './MonitorsFrame';
import { sourcesQuery, spendQuery } from './queries';
import { dollars, sourceName, spendState } from './reading';

type Spend = Model<'SpendRead'>;
type Source = Model<'MetricsSourceRead'>;

const MONTHS: Column<Model<'SpendOfMonth'>>[] = [
  { label: 'Month (UTC)', cell: (row) => row.month },
  { label: 'Source', cell: (row) => sourceName(row.source) },
  { label: 'Calls', cell: (row) => count(row.calls), align: 'right' },
  { label: 'Cost', cell: (row) => dollars(row.cost), align: 'right' },
];

/** What reading costs, and where it is done. */
export function SourcesPage() {
  const spend = useQuery(spendQuery());
  const sources = useQuery(sourcesQuery());
  return (
    <MonitorsFrame tab="sources">
      <Box sx={GRID}>
        <Section title="This month" actions={<TextLink to="/settings">Settings</TextLink>}>
          <AsyncContent query={spend} skeleton={<RowsSkeleton rows={5} height={150} />}>
            {(found) => <Month spend={found} />}
          </AsyncContent>
        </Section>
        <Section title="Months" flush>
          <AsyncContent
            query={spend}
            skeleton={<RowsSkeleton rows={5} height={150} />}
            isEmpty={({ months }) => months.length === 0}
            empty="Nothing was bought yet."
          >
            {({ months }) => (
              <SimpleTable
                label="Months"
                rows={months}
                columns={MONTHS}
                rowId={({ month, source }) => `${month} ${source}`}
              />
            )}
          </AsyncContent>
        </Section>
      </Box>
      <AsyncContent query={sources} skeleton={<RowsSkeleton rows={8} />}>
        {(found) => (
          <Box sx={GRID}>
            {found.map((one) => (
              <About key={one.source} source={one} />
            ))}
          </Box>
        )}
      </AsyncContent>
    </MonitorsFrame>
  );
}

const GRID = {
  display: 'grid',
  gap: 1.5,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
};

function Month({ spend }: { spend: Spend }) {
  const state = spendState(spend);
  const { limit, spent, projected } = spend;
  const tone = { fine: 'primary', short: 'warning', spent: 'error' } as const;
  return (
    <Box sx={{ display: 'grid', gap: 1.5 }}>
      {limit !== null && (
        <Meter
          label="Spent of the budget"
          value={spent}
          max={limit}
          tone={tone[state]}
          text={`${dollars(spent)} of ${dollars(limit)}`}
        />
      )}
      <Facts
        facts={{
          Month: `${spend.month} (UTC)`,
          Spent: dollars(spent),
          Budget: limit === null ? 'none: nothing is held back' : dollars(limit),
          Calls: count(spend.calls),
          'By its end': (
            <>
              {dollars(projected)}, if all goes on as it is{' '}
              {state === 'short' && <StateChip state="warning" label="More than the budget" />}
            </>
          ),
          'Read again from':
            state === 'spent' ? (
              <>
                <Moment at={spend.resumes_at} precision="minute" />, or once the budget is raised
              </>
            ) : undefined,
        }}
      />
    </Box>
  );
}

function About({ source }: { source: Source }) {
  const [isOpen, setOpen] = useState(false);
  const canChange = useCan('settings:write');
  return (
    <Section
      title={sourceName(source.source)}
      about={source.is_default ? 'Read here unless a monitor says otherwise.' : undefined}
      actions={
        <>
          <StateChip
            state={source.problem === null ? 'ready' : 'not_configured'}
            label={source.problem === null ? 'Ready' : 'Cannot be read'}
          />
          {canChange && (
            <Button variant="outlined" onClick={() => setOpen(true)}>
              {source.key_fingerprint === null ? 'Set key' : 'Change key'}
            </Button>
          )}
        </>
      }
    >
      <Facts
        facts={{
          'What is missing': source.problem ?? undefined,
          Address: source.url ?? 'not set',
          Version: source.version,
          Key: keyOf(source),
          Changed:
            source.key_changed_at === null ? undefined : (
              <>
                <Moment at={source.key_changed_at} /> by {source.key_changed_by}
              </>
            ),
        }}
      />
      {isOpen && <KeyDialog source={source} onClose={() => setOpen(false)} />}
    </Section>
  );
}

function keyOf({ key_fingerprint, is_sandgram, has_key }: Source): string {
  if (key_fingerprint !== null) return `sealed, fingerprint ${key_fingerprint}`;
  if (is_sandgram) return 'the one that Sandgram takes from everybody';
  return has_key ? 'sealed' : 'none';
}
