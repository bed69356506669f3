import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Section } from '@/components/Section';
import { SimpleTable, tableHeight } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import type { Batch } from '@/lib/api';
import { count, plural, words } from '@/lib/numbers';
import { tasksQuery } from '../queries';
import { failuresOf } from '../reading';

/** What failed, by its error. Nothing where nothing has. */
export function Failures({ batch }: { batch: Batch }) {
  const has = batch.counts.failed > 0;
  const failed = useQuery({
    ...tasksQuery({ batch_id: batch.id, status: ['failed'], limit: 1000 }),
    enabled: has,
  });
  if (!has) return null;
  return (
    <Section
      title={`Why ${plural(batch.counts.failed, 'task')} failed`}
      flush
      actions={
        <TextLink to={`/tasks?batch_id=${batch.id}&status=failed`} variant="body2">
          Show them
        </TextLink>
      }
    >
      <AsyncContent
        query={failed}
        skeleton={<div style={{ height: tableHeight(1) }} />}
        isEmpty={({ items }) => items.length === 0}
        empty="They have begun again."
      >
        {({ items }) => (
          <SimpleTable
            label="Why tasks failed"
            rows={failuresOf(items)}
            rowId={({ kind, message }) => `${kind} ${message}`}
            columns={[
              {
                label: 'Kind',
                width: 150,
                cell: ({ kind }) => <StateChip state="failed" label={words(kind)} />,
              },
              { label: 'What was said', cell: ({ message }) => message },
              { label: 'Tasks', align: 'right', width: 70, cell: ({ number }) => count(number) },
              { label: 'Accounts', width: '28%', cell: ({ accounts }) => some(accounts) },
            ]}
          />
        )}
      </AsyncContent>
    </Section>
  );
}

function some(names: string[]): string {
  if (names.length === 0) return '–';
  const shown = names.slice(0, 3).join(', ');
  return names.length > 3 ? `${shown} and ${count(names.length - 3)} more` : shown;
}
