import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Facts } from '@/components/Facts';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { duration } from '@/lib/time';
import { plural, words } from '@/lib/numbers';
import { settingsQuery } from './queries';

interface Limit {
  action: string;
  per_hour: number;
  per_day: number;
  seconds_apart: number;
}

const LIMITS: Column<Limit>[] = [
  { label: 'Action', cell: (row) => words(row.action) },
  { label: 'An hour', cell: (row) => row.per_hour, align: 'right' },
  { label: 'A day', cell: (row) => row.per_day, align: 'right' },
  { label: 'Apart', cell: (row) => duration(row.seconds_apart), align: 'right' },
];

export function SettingsPage() {
  const settings = useQuery(settingsQuery());
  return (
    <Page title="Settings">
      <AsyncContent query={settings}>
        {(values) => (
          <>
            <Section title="Safety">
              <Facts
                facts={{
                  'The same person again after': plural(values.reengagement_days, 'day'),
                  'Waits after a rate limit': values.rate_limit_steps.map(duration).join(', then '),
                  Cooldown: `${values.cooldown_minutes} min after ${values.cooldown_after_consecutive} in a row`,
                }}
              />
            </Section>
            <Section title="Limits of each account" flush>
              <SimpleTable
                label="Limits"
                rows={Object.entries(values.limits ?? {}).map(([action, limit]) => ({
                  action,
                  ...limit,
                }))}
                columns={LIMITS}
                rowId={(row) => row.action}
              />
            </Section>
          </>
        )}
      </AsyncContent>
    </Page>
  );
}
