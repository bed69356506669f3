import Box from '@mui/material/Box';

import { Meter } from '@/components/Meter';
import type { ToneName } from '@/theme/palette';

const STEPS: [label: string, tone: ToneName][] = [
  ['too short', 'error'],
  ['easy to guess', 'warning'],
  ['good', 'success'],
  ['strong', 'success'],
];

/** A first impression by length and variety while it is typed. What counts is the server's verdict. */
export function strengthOf(password: string): 0 | 1 | 2 | 3 {
  if (password.length < 12) return 0;
  const variety = new Set(password.toLowerCase()).size;
  if (variety < 8 || /^(.{1,4})\1+$/.test(password)) return 1;
  return password.length >= 18 && variety >= 10 ? 3 : 2;
}

export function PasswordStrength({ password }: { password: string }) {
  const strength = strengthOf(password);
  const [label, tone] = STEPS[strength] ?? ['', 'secondary'];
  return (
    <Box component="span" sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
      <Box component="span" sx={{ width: 72 }}>
        <Meter
          label="Strength of the password"
          value={strength + 1}
          max={4}
          tone={tone}
          text={label}
        />
      </Box>
      <Box component="span" aria-hidden sx={{ color: `${tone}.text` }}>
        {label}
      </Box>
    </Box>
  );
}
