import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Refresh from '@mui/icons-material/Refresh';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Facts } from '@/components/Facts';
import { listStyle } from '@/components/listStyle';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { StateChip } from '@/components/StateChip';
import { Ago, Moment } from '@/components/Time';
import type { Model } from '@/lib/api';
import { plural, words } from '@/lib/numbers';
import { healthQuery } from '@/lib/queries/health';
import { duration, useNow } from '@/lib/time';

type Component = Model<'Component'>;

const SENTENCE = {
  ok: 'Every part works.',
  degraded: 'It works, but something is not as it should be.',
  failed: 'Something has failed.',
};

export function HealthPage() {
  const health = useQuery(healthQuery());
  return (
    <Page
      title="Health"
      about="This installation, looked at every 15 seconds while you are here."
      actions={
        <Button
          variant="outlined"
          startIcon={<Refresh />}
          loading={health.isFetching}
          onClick={() => void health.refetch()}
        >
          Look again
        </Button>
      }
    >
      <Section title="This installation">
        <AsyncContent query={health} rows={4}>
          {(data) => <Installation health={data} />}
        </AsyncContent>
      </Section>
      <Section title="Parts" about="The worst first" flush>
        <AsyncContent query={health} rows={6}>
          {({ components }) => (
            <Box component="ul" aria-label="Parts" sx={listStyle}>
              {worstFirst(components).map((part) => (
                <Part key={part.name} part={part} />
              ))}
            </Box>
          )}
        </AsyncContent>
      </Section>
    </Page>
  );
}

function Part({ part }: { part: Component }) {
  const { name, state, detail, remedy, age_seconds: age } = part;
  return (
    <Box component="li" sx={partStyle}>
      <Box sx={{ fontWeight: 550 }}>{words(name)}</Box>
      <Box sx={{ justifySelf: { xs: 'end', md: 'start' } }}>
        <StateChip state={state} />
      </Box>
      <Box sx={{ gridColumn: { xs: '1 / -1', md: 'auto' }, minWidth: 0, overflowWrap: 'anywhere' }}>
        {detail}
        {remedy && (
          <Box sx={{ color: 'text.secondary', mt: 0.25 }}>
            <b>To mend it:</b> {remedy}
          </Box>
        )}
      </Box>
      <Box sx={{ color: 'text.secondary', whiteSpace: 'nowrap', textAlign: { md: 'right' } }}>
        {typeof age === 'number' && (age < 1 ? 'seen now' : `seen ${duration(age)} ago`)}
      </Box>
    </Box>
  );
}

function Installation({ health }: { health: Model<'HealthRead'> }) {
  const now = useNow();
  const { status, version, started_at: started, checked_at: checked, components } = health;
  const database = components.find(({ name }) => name === 'database')?.facts.backend;
  const wrong = components.filter(({ state }) => state === 'failed' || state === 'degraded');
  return (
    <Facts
      facts={{
        State: (
          <>
            <StateChip state={status} /> {SENTENCE[status]}
            {wrong.length > 0 && ` ${plural(wrong.length, 'part')}: ${namesOf(wrong)}.`}
          </>
        ),
        Version: version,
        Database: typeof database === 'string' ? database : undefined,
        'Up for': (
          <>
            {duration((now - Date.parse(started)) / 1000)}, since <Moment at={started} />
          </>
        ),
        Checked: <Ago at={checked} />,
      }}
    />
  );
}

const namesOf = (parts: Component[]) => parts.map(({ name }) => words(name)).join(', ');
const GRAVITY = { failed: 0, degraded: 1, ok: 2, not_configured: 3 };

function worstFirst(parts: Component[]): Component[] {
  return parts.toSorted((one, other) => GRAVITY[one.state] - GRAVITY[other.state]);
}

const partStyle = {
  display: 'grid',
  gridTemplateColumns: { xs: '1fr auto', md: '140px 150px 1fr 130px' },
  columnGap: 1.5,
  rowGap: 0.5,
  alignItems: 'start',
  px: 2,
  py: 1.25,
  fontSize: '0.8125rem',
} as const;
