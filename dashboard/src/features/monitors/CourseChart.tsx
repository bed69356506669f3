import Box from '@mui/material/Box';
import { LineChart } from '@mui/x-charts/LineChart';

import { count, short } from '@/lib/numbers';
import { moment, useZone } from '@/lib/time';
import { lookOf } from './look';
import { grown } from './reading';

const CHART_HEIGHT = 280;

interface ChartLine {
  name: string;
  values: (number | null)[];
}

interface CourseChartProps {
  label: string;
  at: Date[];
  lines: ChartLine[];
  as?: 'count' | 'percent';
  /** Lines that were not read at the same moments are drawn through the moments of the others. */
  isJoined?: boolean;
}

/** Counts over time. Loaded by itself: charts are large. */
export default function CourseChart(props: CourseChartProps) {
  const { label, at, lines, as = 'count', isJoined = false } = props;
  const { name: zone } = useZone();
  const known = lines.flatMap(({ values }) => values.filter((one) => one !== null));
  const low = Math.min(...known);
  const high = Math.max(...known);
  // Where the numbers hardly differ, 9.1M three times says nothing.
  const isFine = high - low < Math.abs(high) * 0.05;
  const tick = (value: number) => {
    if (as === 'percent')
      return `${value.toFixed(high - low < 0.1 ? 4 : high - low < 2 ? 2 : 1)} %`;
    return isFine ? count(Math.round(value)) : short(value);
  };
  const room = Math.max((high - low) * 0.08, as === 'count' ? 1 : 0.001);
  const said = (value: number | null) => (as === 'percent' ? grown(value) : count(value));
  const days = at.length > 1 ? (Number(at.at(-1)) - Number(at[0])) / 86_400_000 : 0;
  const isOne = lines.length === 1;
  const dashes = Object.fromEntries(
    lines.flatMap((_, index) => {
      const { dash } = lookOf(index);
      return dash === undefined
        ? []
        : [[`& .MuiLineChart-line[data-series="line-${index}"]`, { strokeDasharray: dash }]];
    }),
  );
  return (
    <Box role="img" aria-label={label} sx={{ height: CHART_HEIGHT }}>
      <LineChart
        height={CHART_HEIGHT}
        skipAnimation
        hideLegend
        margin={{ left: 0, right: 12, top: 8, bottom: 0 }}
        xAxis={[
          {
            data: at,
            scaleType: 'time',
            tickNumber: 5,
            valueFormatter: (one: Date, context) => {
              const text = moment(one, zone);
              if (context.location === 'tooltip') return text;
              if (days > 2) return text.slice(5, 10);
              // Within minutes several ticks would say the same minute.
              return text.slice(11, days < 0.01 ? 19 : 16);
            },
          },
        ]}
        yAxis={[
          {
            // From the lowest to the highest: beside millions a thousand more would not be seen.
            min: low - room,
            max: high + room,
            width: (as === 'percent' ? high - low < 0.1 : isFine && high >= 1e6) ? 84 : 64,
            tickNumber: 4,
            tickMinStep: as === 'count' ? 1 : undefined,
            valueFormatter: tick,
          },
        ]}
        series={lines.map(({ name, values }, index) => ({
          id: `line-${index}`,
          data: values,
          label: name,
          // A reading that stands alone would be no line at all.
          showMark: known.length < 40,
          area: false,
          color: lookOf(index).colour,
          curve: 'linear' as const,
          connectNulls: isJoined,
          valueFormatter: said,
        }))}
        grid={{ horizontal: true }}
        sx={{ '& .MuiLineChart-line': { strokeWidth: isOne ? 2 : 1.75 }, ...dashes }}
      />
    </Box>
  );
}
