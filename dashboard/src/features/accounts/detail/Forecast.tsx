import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Section } from '@/components/Section';
import { SimpleTable } from '@/components/SimpleTable';
import { Sparkline } from '@/components/Sparkline';
import { Moment } from '@/components/Time';
import type { Model } from '@/lib/api';
import { count, percent, words } from '@/lib/numbers';
import { forecastQuery } from './queries';

type Found = Model<'ForecastRead'>;
type Day = Found['days'][number];

/** Days from today that say enough of a month. */
const SHOWN = [0, 1, 2, 4, 7, 14, 21, 29];

/** What the account may do from day to day, while its limits grow to those of all others. */
export function Forecast({ accountId }: { accountId: number }) {
  const forecast = useQuery(forecastQuery(accountId));
  return (
    <Section
      title="Limits of the next 30 days"
      about={forecast.data && aboutOf(forecast.data)}
      flush
    >
      <AsyncContent query={forecast} rows={4}>
        {(found) =>
          found.days.some(({ share }) => share < 1) ? (
            <Course found={found} />
          ) : (
            <Whole found={found} />
          )
        }
      </AsyncContent>
    </Section>
  );
}

function aboutOf({ reason, full_at: fullAt }: Found) {
  return (
    <>
      {words(reason)}
      {fullAt !== null && (
        <>
          . Whole limits from <Moment at={fullAt} precision="minute" />
        </>
      )}
    </>
  );
}

function Course({ found: { days, caps } }: { found: Found }) {
  const shares = days.map(({ share }) => share);
  const actions = Object.keys(caps);
  const first = days[0];
  const last = days.at(-1);
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ px: 2, '& svg': { width: '100%' } }}>
        <Sparkline
          values={shares}
          max={1}
          height={48}
          label={`Share of the limits, from ${percent(first?.share, 0)} today to ${percent(last?.share, 0)} in 30 days`}
        />
      </Box>
      <SimpleTable
        label="Limits a day"
        rows={SHOWN.flatMap((ahead) => days[ahead] ?? [])}
        rowId={({ begins_at: at }) => at}
        columns={[
          { label: 'From', cell: (day: Day) => <Moment at={day.begins_at} precision="minute" /> },
          { label: 'Share', align: 'right', cell: (day: Day) => percent(day.share, 0) },
          ...actions.map((action) => ({
            label: words(action),
            align: 'right' as const,
            cell: (day: Day) => count(day.limits[action]?.per_day),
          })),
        ]}
      />
    </Box>
  );
}

function Whole({ found: { caps } }: { found: Found }) {
  const text = Object.entries(caps)
    .map(([action, { per_day: perDay }]) => `${words(action)} ${count(perDay)}`)
    .join(' · ');
  return (
    <Typography variant="body2" sx={{ px: 2, pb: 2 }}>
      A day: {text}
    </Typography>
  );
}
