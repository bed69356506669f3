import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

interface FigureProps {
  label: string;
  /** Undefined while it is loaded. */
  value: ReactNode;
  note?: ReactNode;
  chart?: ReactNode;
}

/** One number with its name, and room for its course. Its size is the same before the number is there. */
export function Figure({ label, value, note, chart }: FigureProps) {
  return (
    <Paper
      variant="outlined"
      sx={{ px: 2, py: 1.25, minHeight: 92, minWidth: 0, display: 'flex', flexDirection: 'column' }}
    >
      <Typography variant="caption" color="textSecondary" noWrap>
        {label}
      </Typography>
      <Box
        sx={{ display: 'flex', alignItems: 'flex-end', justifyContent: 'space-between', gap: 1 }}
      >
        <Box
          sx={{
            fontSize: '1.5rem',
            fontWeight: 600,
            lineHeight: 1.35,
            letterSpacing: '-0.01em',
            whiteSpace: 'nowrap',
          }}
        >
          {value === undefined ? <Skeleton width={64} /> : value}
        </Box>
        {chart}
      </Box>
      <Typography
        variant="caption"
        color="textSecondary"
        component="div"
        sx={{ minHeight: 17, mt: 'auto' }}
      >
        {note}
      </Typography>
    </Paper>
  );
}
