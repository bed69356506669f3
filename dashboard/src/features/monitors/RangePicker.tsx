import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';

import { useZone } from '@/lib/time';
import { type Range, RANGE_NAMES, RANGES, type useSpan } from './span';

interface RangePickerProps {
  state: ReturnType<typeof useSpan>;
  /** Comparisons end now, so only what begins somewhere and ends now is offered. */
  ranges?: readonly Range[];
}

/** Which stretch of time: one of the usual ones, or an own one between two moments. */
export function RangePicker({ state, ranges = RANGES }: RangePickerProps) {
  const { name: zone } = useZone();
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
      <ToggleButtonGroup
        exclusive
        size="small"
        aria-label="Range"
        value={state.range}
        onChange={(_, next: Range | null) => next !== null && state.choose(next)}
        sx={{ '& .MuiToggleButton-root': { px: { xs: 0.75, sm: 1 }, textTransform: 'none' } }}
      >
        {ranges.map((one) => (
          <ToggleButton key={one} value={one}>
            {RANGE_NAMES[one]}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      {state.range === 'custom' && (
        <>
          <Moment
            label={`From, ${zone}`}
            value={state.from}
            onChange={(from) => state.between({ from })}
          />
          <Moment label={`To, ${zone}`} value={state.to} onChange={(to) => state.between({ to })} />
        </>
      )}
    </Box>
  );
}

interface MomentProps {
  label: string;
  value: string | null;
  onChange: (value: string | null) => void;
}

function Moment({ label, value, onChange }: MomentProps) {
  return (
    <TextField
      size="small"
      type="datetime-local"
      label={label}
      value={value ?? ''}
      onChange={(event) => onChange(event.target.value || null)}
      slotProps={{ inputLabel: { shrink: true } }}
      sx={{ width: 210 }}
    />
  );
}
