import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Refresh from '@mui/icons-material/Refresh';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Facts } from '@/components/Facts';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
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

const COLUMNS: Column<Component>[] = [
  {
    label: 'Part',
    cell: (part) => (
      <Box component="span" sx={{ fontWeight: 550, whiteSpace: 'nowrap' }}>
        {words(part.name)}
      </Box>
    ),
    width: 140,
  },
  { label: 'State', cell: (part) => <StateChip state={part.state} />, width: 150 },
  {
    label: 'What it says',
    cell: (part) => (
      <Box sx={{ minWidth: 220 }}>
        {part.detail}
        {part.remedy && (
          <Box sx={{ color: 'text.secondary', mt: 0.25 }}>
            <b>To mend it:</b> {part.remedy}
          </Box>
        )}
      </Box>
    ),
  },
  {
    label: 'Age',
    cell: (part) => (
      <Box component="span" sx={{ whiteSpace: 'nowrap' }}>
        {part.age_seconds == null ? '–' : duration(part.age_seconds)}
      </Box>
    ),
    align: 'right',
    width: 90,
  },
];

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
            <SimpleTable
              label="Parts"
              rows={worstFirst(components)}
              columns={COLUMNS}
              rowId={(part) => part.name}
            />
          )}
        </AsyncContent>
      </Section>
    </Page>
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
