import Tooltip from '@mui/material/Tooltip';
import HelpOutline from '@mui/icons-material/HelpOutlined';
import { styled } from '@mui/material/styles';
import type { ReactNode } from 'react';

import { words } from '@/lib/numbers';
import type { ToneName } from '@/theme/palette';
import { STATES, type StateLook } from './states';

interface StateChipProps {
  state: string;
  label?: string;
  /** The reason, for those who look closer. */
  hint?: ReactNode;
}

// A page of a list has a hundred of them: what they share is computed once, and not for each.
const Chip = styled('span')({
  display: 'inline-flex',
  alignItems: 'center',
  gap: 4,
  height: 22,
  paddingInline: 6,
  borderRadius: 6,
  fontSize: '0.75rem',
  fontWeight: 550,
  lineHeight: 1,
  whiteSpace: 'nowrap',
  verticalAlign: 'middle',
});
const ICON = { fontSize: 14 } as const;
const colour = (tone: ToneName, part: 'soft' | 'text') => `var(--rt-palette-${tone}-${part})`;

const OTHER: StateLook = { tone: 'secondary', icon: HelpOutline };

/** A state as icon, word and colour, so that none of the three has to be seen. */
export function StateChip({ state, label, hint }: StateChipProps) {
  const look = STATES[state] ?? OTHER;
  const Icon = look.icon;
  const chip = (
    <Chip
      tabIndex={hint ? 0 : undefined}
      style={{ background: colour(look.tone, 'soft'), color: colour(look.tone, 'text') }}
    >
      <Icon aria-hidden style={ICON} />
      {label ?? look.label ?? words(state)}
    </Chip>
  );
  return hint ? <Tooltip title={hint}>{chip}</Tooltip> : chip;
}
