import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { Ago, Moment } from '@/components/Time';
import type { Model } from '@/lib/api';
import { words } from '@/lib/numbers';
import { operatorsQuery, tokensQuery } from './queries';

const OPERATORS: Column<Model<'OperatorRead'>>[] = [
  { label: 'Name', cell: (row) => row.username },
  { label: 'Role', cell: (row) => words(row.role) },
  { label: 'State', cell: (row) => <StateChip state={row.disabled_at ? 'disabled' : 'active'} /> },
  { label: 'Second factor', cell: (row) => (row.has_second_factor ? 'Yes' : 'No') },
];
const TOKENS: Column<Model<'TokenRead'>>[] = [
  { label: 'Name', cell: (row) => row.name },
  { label: 'Role', cell: (row) => words(row.role) },
  { label: 'State', cell: (row) => <StateChip state={row.revoked_at ? 'revoked' : 'active'} /> },
  {
    label: 'Expires',
    cell: (row) => <Moment at={row.expires_at} none="never" precision="minute" />,
  },
  { label: 'Last used', cell: (row) => <Ago at={row.last_used_at} /> },
];

export function AccessPage() {
  const operators = useQuery(operatorsQuery());
  const tokens = useQuery(tokensQuery());
  return (
    <Page title="Access">
      <Section title="People" flush>
        <AsyncContent
          query={operators}
          rows={2}
          isEmpty={(page) => page.items.length === 0}
          empty="Nobody has a log-in yet."
        >
          {(page) => (
            <SimpleTable
              label="People"
              rows={page.items}
              columns={OPERATORS}
              rowId={(row) => row.id}
            />
          )}
        </AsyncContent>
      </Section>
      <Section title="Tokens" flush>
        <AsyncContent
          query={tokens}
          rows={2}
          isEmpty={(page) => page.items.length === 0}
          empty="No program has a token yet."
        >
          {(page) => (
            <SimpleTable
              label="Tokens"
              rows={page.items}
              columns={TOKENS}
              rowId={(row) => row.id}
            />
          )}
        </AsyncContent>
      </Section>
    </Page>
  );
}
