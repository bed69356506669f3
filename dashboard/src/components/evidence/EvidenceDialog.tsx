import Box from '@mui/material/Box';
import ChevronLeft from '@mui/icons-material/ChevronLeft';
import ChevronRight from '@mui/icons-material/ChevronRight';
import Close from '@mui/icons-material/Close';
import Dialog from '@mui/material/Dialog';
import IconButton from '@mui/material/IconButton';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';

import { Moment } from '@/components/Time';
import { apiUrl } from '@/lib/location';
import { type Evidence, filePath } from '@/lib/queries/evidence';

interface EvidenceDialogProps {
  pictures: readonly Evidence[];
  at: number;
  onMove: (at: number) => void;
  onClose: () => void;
}

/** One picture as large as the window allows; the arrows lead to the next. */
export default function EvidenceDialog({ pictures, at, onMove, onClose }: EvidenceDialogProps) {
  const picture = pictures[at];
  if (picture === undefined) return null;
  const go = (to: number) => {
    if (pictures[to]) onMove(to);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="lg"
      fullWidth
      aria-labelledby="evidence-title"
      onKeyDown={({ key }) => {
        if (key === 'ArrowLeft' || key === 'k') go(at - 1);
        if (key === 'ArrowRight' || key === 'j') go(at + 1);
        if (key === 'v') onClose();
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 2, py: 1 }}>
        <Box sx={{ flex: 1, minWidth: 0 }}>
          <Typography variant="h2" id="evidence-title" noWrap title={picture.title}>
            {picture.title}
          </Typography>
          <Typography variant="caption" color="textSecondary" component="div" noWrap>
            <Moment at={picture.created_at} />
            {picture.subject_kind === 'inbox_item' && ` · ${picture.added_by}`}
            {picture.address !== null && ` · ${picture.address}`}
          </Typography>
        </Box>
        {pictures.length > 1 && (
          <>
            <IconButton aria-label="The one before" disabled={at === 0} onClick={() => go(at - 1)}>
              <ChevronLeft />
            </IconButton>
            <Typography variant="caption" sx={{ fontVariantNumeric: 'tabular-nums' }}>
              {at + 1} / {pictures.length}
            </Typography>
            <IconButton
              aria-label="The next one"
              disabled={at === pictures.length - 1}
              onClick={() => go(at + 1)}
            >
              <ChevronRight />
            </IconButton>
          </>
        )}
        <IconButton aria-label="Close" edge="end" onClick={onClose} autoFocus>
          <Close fontSize="small" />
        </IconButton>
      </Box>
      <Link
        href={apiUrl(filePath(picture))}
        target="_blank"
        rel="noopener"
        aria-label="Open the picture alone"
        sx={{ display: 'grid', bgcolor: 'secondary.soft', minHeight: 240, overflow: 'auto' }}
      >
        <Box
          component="img"
          src={apiUrl(filePath(picture))}
          alt={picture.title}
          sx={{ display: 'block', m: 'auto', maxWidth: 1, maxHeight: 'calc(100vh - 160px)' }}
        />
      </Link>
    </Dialog>
  );
}
