import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { Ago } from '@/components/Time';
import { words } from '@/lib/numbers';
import { type InboxItem, openInboxQuery } from '@/lib/queries/inbox';

const COLUMNS: Column<InboxItem>[] = [
  { label: 'What', cell: (item) => item.title },
  { label: 'Kind', cell: (item) => words(item.kind) },
  { label: 'Account', cell: (item) => item.account ?? '–' },
  { label: 'State', cell: (item) => <StateChip state={item.state} /> },
  { label: 'Since', cell: (item) => <Ago at={item.created_at} /> },
];

export function InboxPage() {
  const items = useQuery(openInboxQuery());
  return (
    <Page title="Inbox" about="What needs a person.">
      <Section title="Open" flush>
        <AsyncContent
          query={items}
          isEmpty={(page) => page.items.length === 0}
          empty="Nothing needs you now."
        >
          {(page) => (
            <SimpleTable
              label="Open items"
              rows={page.items}
              columns={COLUMNS}
              rowId={(item) => item.id}
            />
          )}
        </AsyncContent>
      </Section>
    </Page>
  );
}
