import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import type { Model } from '@/lib/api';
import { words } from '@/lib/numbers';
import { healthQuery } from '@/lib/queries/health';

const COLUMNS: Column<Model<'Component'>>[] = [
  { label: 'Part', cell: (part) => words(part.name), width: 160 },
  { label: 'State', cell: (part) => <StateChip state={part.state} />, width: 150 },
  { label: 'Detail', cell: (part) => part.detail },
];

export function HealthPage() {
  const health = useQuery(healthQuery());
  return (
    <Page title="Health">
      <Section title="Parts" flush>
        <AsyncContent query={health}>
          {({ components }) => (
            <SimpleTable
              label="Parts"
              rows={components}
              columns={COLUMNS}
              rowId={(part) => part.name}
            />
          )}
        </AsyncContent>
      </Section>
    </Page>
  );
}
