import Box from '@mui/material/Box';
import Check from '@mui/icons-material/Check';
import HourglassEmpty from '@mui/icons-material/HourglassEmpty';
import Inventory from '@mui/icons-material/Inventory2Outlined';
import Person from '@mui/icons-material/PersonOutlined';
import PlayArrow from '@mui/icons-material/PlayArrow';
import PriorityHigh from '@mui/icons-material/PriorityHigh';
import Redo from '@mui/icons-material/Redo';
import type { SvgIconProps } from '@mui/material/SvgIcon';
import Tooltip from '@mui/material/Tooltip';
import { styled } from '@mui/material/styles';
import type { ComponentType } from 'react';

import type { ToneName } from '@/theme/palette';
import type { Row, Step } from './queries';
import { LOOK_NAMES, type Looks, looksOf, PHASE_NAMES } from './reading';

const LOOKS: Record<Looks, { tone: ToneName; icon: ComponentType<SvgIconProps> | null }> = {
  completed: { tone: 'success', icon: Check },
  skipped: { tone: 'secondary', icon: Redo },
  in_progress: { tone: 'primary', icon: PlayArrow },
  content_assigned: { tone: 'primary', icon: Inventory },
  available: { tone: 'primary', icon: null },
  pending: { tone: 'secondary', icon: HourglassEmpty },
  locked: { tone: 'secondary', icon: null },
  failed: { tone: 'warning', icon: PriorityHigh },
  requires_review: { tone: 'error', icon: Person },
};

// A page of the pipeline has hundreds of them: what they share is computed once.
const Dot = styled('span')({
  display: 'inline-grid',
  placeItems: 'center',
  width: 22,
  height: 22,
  borderRadius: 11,
  flexShrink: 0,
});
const ICON = { fontSize: 14 } as const;
const colour = (tone: ToneName, part: 'soft' | 'text') => `var(--rt-palette-${tone}-${part})`;

/** How one phase stands, as a mark with a shape of its own. */
export function Mark({ looks }: { looks: Looks }) {
  const { tone, icon: Icon } = LOOKS[looks];
  const isOpen = looks === 'available';
  return (
    <Dot
      style={{
        background: looks === 'locked' ? 'transparent' : colour(tone, 'soft'),
        color: colour(tone, 'text'),
        boxShadow: isOpen
          ? `inset 0 0 0 2px ${colour(tone, 'text')}`
          : looks === 'locked'
            ? 'inset 0 0 0 1.5px var(--rt-palette-divider)'
            : undefined,
      }}
    >
      {Icon && <Icon aria-hidden sx={ICON} />}
    </Dot>
  );
}

/** The mark of a phase in the pipeline, with its words for those who do not see it. */
export function PhaseMark({ step, row }: { step: Step; row: Row }) {
  const looks = looksOf(step, row);
  const tries = step.retry_count > 0 ? `, failed ${step.retry_count} ×` : '';
  const text = `${PHASE_NAMES[step.phase]}: ${LOOK_NAMES[looks]}${tries}`;
  return (
    <Tooltip title={step.error_message ? `${text}: ${step.error_message}` : text}>
      <Box
        component="span"
        role="img"
        aria-label={text}
        sx={{ display: 'inline-flex', verticalAlign: 'middle' }}
      >
        <Mark looks={looks} />
      </Box>
    </Tooltip>
  );
}
