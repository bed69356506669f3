import Box from '@mui/material/Box';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { Moment } from '@/components/Time';
import { words } from '@/lib/numbers';
import { whyQuery } from './queries';

/** The rules that were asked about one person, each with what it saw. */
export function Why({ accountId, target }: { accountId: number; target: string }) {
  const query = useQuery(whyQuery(accountId, target));
  return (
    <AsyncContent
      query={query}
      isEmpty={({ items }) => items.length === 0}
      empty="No decision is on record; traces are kept for 30 days."
    >
      {({ items }) => (
        <Box sx={{ display: 'grid', gap: 2 }}>
          {items.map((trace) => (
            <section key={trace.id}>
              <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', mb: 0.5 }}>
                <strong>{trace.action ? words(trace.action) : 'Any act'}</strong>
                <StateChip state={trace.verdict} />
                <Box sx={{ ml: 'auto', fontSize: '0.75rem' }}>
                  <Moment at={trace.at} />
                </Box>
              </Box>
              <SimpleTable
                label={`Rules at ${trace.at}`}
                rows={trace.rules.map((rule, at) => ({ ...rule, at }))}
                rowId={(rule) => rule.at}
                columns={[
                  { label: 'Rule', cell: (rule) => words(rule.rule) },
                  { label: 'Seen', cell: (rule) => shown(rule.value) },
                  { label: 'Threshold', cell: (rule) => shown(rule.threshold) },
                  { label: 'Verdict', cell: (rule) => words(rule.verdict) },
                ]}
              />
            </section>
          ))}
        </Box>
      )}
    </AsyncContent>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
