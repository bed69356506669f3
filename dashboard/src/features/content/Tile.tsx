import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Checkbox from '@mui/material/Checkbox';
import Typography from '@mui/material/Typography';

import { StateChip } from '@/components/StateChip';
import { nameOf } from './actions';
import type { Picture } from './queries';
import { categoryName, usageOf } from './reading';
import { Thumbnail } from './Thumbnail';

interface TileProps {
  picture: Picture;
  isOpen: boolean;
  isChosen: boolean;
  /** Something is selected already, so that every tile shows its box. */
  isChoosing: boolean;
  onOpen: () => void;
  onToggle?: () => void;
}

/** One picture of a pool: what it shows, where it belongs, how good it is and how often it was used. */
export function Tile(props: TileProps) {
  const { picture, isOpen, isChosen, isChoosing, onOpen, onToggle } = props;
  const name = nameOf(picture);
  const isOut = picture.state === 'archived' || picture.state === 'used_up';
  return (
    <Box component="li" data-picture={picture.id} sx={TILE}>
      <ButtonBase
        onClick={onOpen}
        sx={{
          ...BUTTON,
          bgcolor: isChosen || isOpen ? 'primary.soft' : undefined,
          outline: isChosen ? '2px solid var(--rt-palette-primary-main)' : undefined,
        }}
      >
        <Box sx={{ position: 'relative', opacity: isOut ? 0.5 : 1 }}>
          <Thumbnail picture={picture} />
        </Box>
        <Box sx={{ px: 0.5, pt: 0.75, pb: 0.25, minWidth: 0 }}>
          <Typography variant="body2" noWrap sx={{ fontWeight: 550 }}>
            {picture.title ?? categoryName(picture.category)}
          </Typography>
          <Typography variant="caption" component="div" color="textSecondary" noWrap>
            {picture.persona} · {usageOf(picture)}
          </Typography>
        </Box>
      </ButtonBase>
      <Box sx={{ position: 'absolute', top: 8, right: 8, display: 'flex', pointerEvents: 'none' }}>
        {picture.state === 'available' ? (
          <Box component="span" title="Quality" sx={QUALITY}>
            {picture.quality}
          </Box>
        ) : (
          <StateChip state={picture.state} />
        )}
      </Box>
      {onToggle && (
        <Checkbox
          size="small"
          checked={isChosen}
          onChange={onToggle}
          className="choose"
          slotProps={{ input: { 'aria-label': `Select ${name}` } }}
          sx={{ ...BOX, opacity: isChosen || isChoosing ? 1 : 0 }}
        />
      )}
    </Box>
  );
}

const TILE = {
  position: 'relative',
  minWidth: 0,
  '&:hover .choose, & .choose:focus-within': { opacity: 1 },
  // Where nothing can hover, what is hidden cannot be found.
  '@media (hover: none)': { '& .choose': { opacity: 1 } },
} as const;

const BUTTON = {
  display: 'block',
  width: '100%',
  p: 0.5,
  borderRadius: 1.5,
  textAlign: 'left',
  '&:hover': { bgcolor: 'action.hover' },
} as const;

const BOX = {
  position: 'absolute',
  top: 8,
  left: 8,
  p: 0.25,
  borderRadius: 1,
  bgcolor: 'background.paper',
  '&:hover': { bgcolor: 'background.paper' },
} as const;

const QUALITY = {
  minWidth: 22,
  px: 0.5,
  borderRadius: 0.75,
  bgcolor: 'background.paper',
  color: 'text.primary',
  fontSize: '0.6875rem',
  fontWeight: 550,
  lineHeight: '18px',
  textAlign: 'center',
  fontVariantNumeric: 'tabular-nums',
} as const;
