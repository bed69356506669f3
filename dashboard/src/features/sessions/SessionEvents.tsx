import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Moment } from '@/components/Time';
import type { Model } from '@/lib/api';
import { words } from '@/lib/numbers';
import { sessionEventsQuery } from './queries';

type Event = Model<'SessionEventRead'>;

const COLUMNS: Column<Event>[] = [
  { label: 'Time', cell: (row) => <Moment at={row.ts} />, width: 160 },
  { label: 'Action', cell: (row) => words(row.action) },
  {
    label: 'Target',
    cell: (row) => (
      <TextLink
        to={`/interactions?account=${row.account_id}&target=${encodeURIComponent(row.target_username)}`}
      >
        @{row.target_username}
      </TextLink>
    ),
  },
  { label: 'Status', cell: (row) => <StateChip state={row.status} /> },
  { label: 'Reason', cell: (row) => (row.reason ? words(row.reason.replaceAll(':', ', ')) : '') },
];

export function SessionEvents({ id }: { id: string }) {
  const events = useQuery(sessionEventsQuery(id));
  return (
    <Section
      title="Last events"
      about="The 50 newest."
      flush
      actions={<TextLink to={`/interactions?session=${id}`}>All in the log</TextLink>}
    >
      <AsyncContent
        query={events}
        isEmpty={(page) => page.items.length === 0}
        empty="It has done nothing yet."
      >
        {(page) => (
          <SimpleTable label="Events" rows={page.items} columns={COLUMNS} rowId={(row) => row.id} />
        )}
      </AsyncContent>
    </Section>
  );
}
