import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago } from '@/components/Time';
import type { EngagementSession } from '@/lib/api';
import { runningQuery } from './queries';

const COLUMNS: Column<EngagementSession>[] = [
  { label: 'Account', cell: (row) => row.account },
  { label: 'Status', cell: (row) => <StateChip state={row.status} /> },
  { label: 'Doing', cell: (row) => row.current_job ?? '–' },
  { label: 'Started', cell: (row) => <Ago at={row.started_at} /> },
];

export function OverviewPage() {
  const running = useQuery(runningQuery());
  return (
    <Page title="Overview">
      <Section title="What runs" flush>
        <AsyncContent
          query={running}
          rows={3}
          isEmpty={(page) => page.items.length === 0}
          empty={
            <EmptyState title="No session runs.">
              <TextLink to="/accounts">Choose an account</TextLink> to start one.
            </EmptyState>
          }
        >
          {(page) => (
            <SimpleTable
              label="What runs"
              rows={page.items}
              columns={COLUMNS}
              rowId={(row) => row.id}
            />
          )}
        </AsyncContent>
      </Section>
    </Page>
  );
}
