import Box from '@mui/material/Box';

import type { ToneName } from '@/theme/palette';

interface SparklineProps {
  values: number[];
  /** What the line shows, for those who do not see it. */
  label: string;
  tone?: ToneName;
  width?: number;
  height?: number;
  /** Where the line's upper edge is, for lines that are compared; the largest value unless given. */
  max?: number;
}

/** The course of a number, as large as a word. */
export function Sparkline(props: SparklineProps) {
  const { values, label, tone = 'primary', width = 96, height = 24 } = props;
  const max = Math.max(props.max ?? 0, ...values, 1e-9);
  const step = values.length > 1 ? width / (values.length - 1) : 0;
  const points = values.map((value, index) => {
    const y = height - 1.5 - (Math.max(0, value) / max) * (height - 3);
    return `${(index * step).toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <Box
      component="svg"
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      sx={{ width, height, display: 'block', color: `${tone}.main`, overflow: 'visible' }}
    >
      {points.length > 1 && (
        <>
          <polygon
            points={`0,${height} ${points.join(' ')} ${width},${height}`}
            fill="currentColor"
            opacity={0.12}
          />
          <polyline
            points={points.join(' ')}
            fill="none"
            stroke="currentColor"
            strokeWidth={1.5}
            strokeLinejoin="round"
            vectorEffect="non-scaling-stroke"
          />
        </>
      )}
    </Box>
  );
}
