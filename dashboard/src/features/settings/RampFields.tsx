import Box from '@mui/material/Box';

import { SwitchField, ValueField } from './fields';

/** How the limits of young accounts grow to those of all others. */
export function RampFields() {
  return (
    <Box sx={{ display: 'grid', gap: 1.5, pt: 0.5 }}>
      <ValueField
        name="ramp.curve"
        label="Share by day"
        unit="%"
        help="Day and percent, as in 1:10, 7:35, 30:100. Days count from the end of the warm-up."
      />
      <Box
        sx={{
          display: 'grid',
          gap: 2,
          gridTemplateColumns: 'repeat(auto-fit, minmax(200px, 1fr))',
        }}
      >
        <ValueField name="ramp.trouble_share" label="After a network said stop" unit="% of that" />
        <ValueField name="ramp.trouble_hours" label="For so long" unit="hours" />
      </Box>
      <Box>
        <SwitchField name="ramp.enabled" label="Limits of young accounts grow with their age" />
        <SwitchField
          name="ramp.all_accounts"
          label="Also of accounts that became active without a warm-up"
        />
      </Box>
    </Box>
  );
}
