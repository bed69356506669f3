import Box from '@mui/material/Box';

import { SwitchField, ValueField } from './fields';

const ROW = {
  display: 'grid',
  gap: 2,
  gridTemplateColumns: 'repeat(auto-fit, minmax(200px, 1fr))',
} as const;

/** What is done so that accounts stay open, and what is kept of it. */
export function KeepingFields() {
  return (
    <Box sx={{ display: 'grid', gap: 1.5, pt: 0.5 }}>
      <Box sx={ROW}>
        <ValueField
          name="upkeep.cookies_hours"
          label="Cookies refreshed after"
          unit="hours"
          help="0 is never."
        />
        <ValueField
          name="upkeep.validation_hours"
          label="Validated again after"
          unit="hours"
          help="0 is never."
        />
        <ValueField
          name="proxies.check_minutes"
          label="Proxies checked every"
          unit="min"
          help="0 is never."
        />
      </Box>
      <Box sx={ROW}>
        <ValueField name="mail.wait_seconds" label="A code is waited for" unit="s" />
        <ValueField name="proxies.history_days" label="Checks of proxies kept" unit="days" />
        <ValueField name="evidence.keep_days" label="Pictures of pages kept" unit="days" />
      </Box>
      <ValueField
        name="mail.senders"
        label="Codes may also come from"
        help="Addresses or domains, with commas between them; the network itself is known."
      />
      <Box>
        <SwitchField
          name="recovery.automatic"
          label="Accounts that stop opening are recovered by themselves, within two log-ins a day"
        />
        <SwitchField
          name="upkeep.enabled"
          label="Cookies and validations are looked after by themselves, spread over the day"
        />
      </Box>
    </Box>
  );
}
