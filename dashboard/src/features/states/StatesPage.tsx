import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { Countdown } from '@/components/Time';
import type { AccountState } from '@/lib/api';
import { statesQuery } from './queries';

const COLUMNS: Column<AccountState>[] = [
  { label: 'Account', cell: (row) => row.account },
  { label: 'State', cell: (row) => <StateChip state={row.state} /> },
  {
    label: 'Free in',
    cell: (row) => <Countdown until={row.cooldown_until ?? row.backoff_until} />,
  },
  { label: 'Errors', cell: (row) => row.error_count, align: 'right' },
];

export function StatesPage() {
  const states = useQuery(statesQuery({ limit: 100 }));
  return (
    <Page title="Account states">
      <Section title="Now" flush>
        <AsyncContent
          query={states}
          isEmpty={(page) => page.items.length === 0}
          empty="No account yet."
        >
          {(page) => (
            <SimpleTable
              label="Account states"
              rows={page.items}
              columns={COLUMNS}
              rowId={(row) => row.account_id}
            />
          )}
        </AsyncContent>
      </Section>
    </Page>
  );
}
