import Box from '@mui/material/Box';
import { LineChart } from '@mui/x-charts/LineChart';
import Typography from '@mui/material/Typography';

import type { Model } from '@/lib/api';
import { moment, useZone } from '@/lib/time';

interface ResourceChartProps {
  samples: Model<'SampleRead'>[];
}

/** CPU and memory below each other, over the same time. Loaded by itself: charts are large. */
export default function ResourceChart({ samples }: ResourceChartProps) {
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 2,
        gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'repeat(2, minmax(0, 1fr))' },
      }}
    >
      <Course
        samples={samples}
        label="CPU"
        unit="% of one core"
        of={(sample) => sample.cpu_percent}
        colour="var(--rt-palette-primary-main)"
      />
      <Course
        samples={samples}
        label="Memory"
        unit="MB"
        of={(sample) => sample.memory_mb}
        colour="var(--rt-palette-success-main)"
      />
    </Box>
  );
}

interface CourseProps extends ResourceChartProps {
  label: string;
  unit: string;
  of: (sample: Model<'SampleRead'>) => number;
  colour: string;
}

function Course({ samples, label, unit, of, colour }: CourseProps) {
  const { name: zone } = useZone();
  const values = samples.map(of);
  const latest = values.at(-1);
  const most = values.length > 0 ? Math.max(...values) : 0;
  return (
    <figure style={{ margin: 0, minWidth: 0 }}>
      <Typography component="figcaption" variant="caption" color="textSecondary">
        {label}, {unit}
        {latest !== undefined && ` · now ${latest.toFixed(1)} · most ${most.toFixed(1)}`}
      </Typography>
      <LineChart
        height={CHART_HEIGHT}
        skipAnimation
        hideLegend
        margin={{ left: 0, right: 8, top: 8, bottom: 0 }}
        xAxis={[
          {
            data: samples.map(({ at }) => new Date(at)),
            scaleType: 'time',
            valueFormatter: (at: Date) => moment(at, zone).slice(11, 16),
            tickNumber: 4,
          },
        ]}
        yAxis={[{ min: 0, width: 40, tickNumber: 3 }]}
        series={[
          { data: values, label, showMark: false, area: true, color: colour, curve: 'linear' },
        ]}
        grid={{ horizontal: true }}
        sx={{
          '& .MuiLineChart-area': { fillOpacity: 0.12 },
          '& .MuiAreaElement-root': { fillOpacity: 0.12 },
        }}
      />
    </figure>
  );
}

const CHART_HEIGHT = 170;
