import Box from '@mui/material/Box';
import Tooltip from '@mui/material/Tooltip';
import HelpOutline from '@mui/icons-material/HelpOutlined';
import type { ReactNode } from 'react';

import { words } from '@/lib/numbers';
import { STATES, type StateLook } from './states';

interface StateChipProps {
  state: string;
  label?: string;
  /** The reason, for those who look closer. */
  hint?: ReactNode;
}

const OTHER: StateLook = { tone: 'secondary', icon: HelpOutline };

/** A state as icon, word and colour, so that none of the three has to be seen. */
export function StateChip({ state, label, hint }: StateChipProps) {
  const look = STATES[state] ?? OTHER;
  const Icon = look.icon;
  const chip = (
    <Box
      component="span"
      tabIndex={hint ? 0 : undefined}
      sx={{
        display: 'inline-flex',
        alignItems: 'center',
        gap: 0.5,
        height: 22,
        px: 0.75,
        borderRadius: 1,
        bgcolor: `${look.tone}.soft`,
        color: `${look.tone}.text`,
        fontSize: '0.75rem',
        fontWeight: 550,
        lineHeight: 1,
        whiteSpace: 'nowrap',
        verticalAlign: 'middle',
      }}
    >
      <Icon aria-hidden sx={{ fontSize: 14 }} />
      {label ?? look.label ?? words(state)}
    </Box>
  );
  return hint ? <Tooltip title={hint}>{chip}</Tooltip> : chip;
}
