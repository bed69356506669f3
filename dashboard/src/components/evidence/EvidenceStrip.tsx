import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import BrokenImage from '@mui/icons-material/BrokenImageOutlined';
import Description from '@mui/icons-material/DescriptionOutlined';
import Link from '@mui/material/Link';
import Typography from '@mui/material/Typography';
import { lazy, Suspense, useState } from 'react';

import { Ago } from '@/components/Time';
import { apiUrl } from '@/lib/location';
import { bytes } from '@/lib/numbers';
import { type Evidence, filePath } from '@/lib/queries/evidence';

const EvidenceDialog = lazy(() => import('./EvidenceDialog'));

interface EvidenceStripProps {
  items: readonly Evidence[];
  /** Which picture is shown large, by its place among the pictures; kept by whoever has the keys. */
  open?: number | null;
  onOpen?: (at: number | null) => void;
}

/** What was seen: pictures side by side, and the pages that they show, to be saved. */
export function EvidenceStrip({ items, open, onOpen }: EvidenceStripProps) {
  const [own, setOwn] = useState<number | null>(null);
  const shown = open === undefined ? own : open;
  const show = onOpen ?? setOwn;
  const pictures = items.filter(({ kind }) => kind === 'picture');
  const pages = items.filter(({ kind }) => kind === 'page');
  return (
    <Box sx={{ display: 'grid', gap: 1.25 }}>
      {pictures.length > 0 && (
        <Box component="ul" aria-label="Pictures of what was seen" sx={STRIP}>
          {pictures.map((picture, at) => (
            <li key={picture.id}>
              <Tile picture={picture} onOpen={() => show(at)} />
            </li>
          ))}
        </Box>
      )}
      {pages.length > 0 && (
        <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', fontSize: '0.75rem' }}>
          {pages.map((page) => (
            <Link
              key={page.id}
              href={apiUrl(filePath(page))}
              download
              title={page.title}
              sx={{ display: 'inline-flex', gap: 0.5, alignItems: 'center', minHeight: 24 }}
            >
              <Description aria-hidden sx={{ fontSize: 15 }} />
              <span>
                Save the page ({bytes(page.bytes)}, <Ago at={page.created_at} />)
              </span>
            </Link>
          ))}
        </Box>
      )}
      <Suspense fallback={null}>
        {shown !== null && pictures[shown] && (
          <EvidenceDialog pictures={pictures} at={shown} onMove={show} onClose={() => show(null)} />
        )}
      </Suspense>
    </Box>
  );
}

function Tile({ picture, onOpen }: { picture: Evidence; onOpen: () => void }) {
  const [isBroken, setBroken] = useState(false);
  return (
    <Box component="figure" sx={{ m: 0 }}>
      <ButtonBase
        onClick={onOpen}
        disabled={isBroken}
        aria-label={`Show large: ${picture.title}`}
        sx={FRAME}
      >
        {isBroken ? (
          <BrokenImage role="img" aria-label="Its file is gone" />
        ) : (
          <Box
            component="img"
            src={apiUrl(filePath(picture))}
            alt=""
            loading="lazy"
            decoding="async"
            onError={() => setBroken(true)}
            sx={{ width: 1, height: 1, objectFit: 'cover', objectPosition: 'top' }}
          />
        )}
      </ButtonBase>
      <Typography component="figcaption" variant="caption" sx={{ display: 'block', mt: 0.5 }}>
        <Box component="span" title={picture.title} sx={LINE}>
          {picture.title}
        </Box>
        <Box component="span" sx={{ ...LINE, color: 'text.secondary' }}>
          <Ago at={picture.created_at} />
          {picture.subject_kind === 'inbox_item' && ` · ${picture.added_by}`}
        </Box>
      </Typography>
    </Box>
  );
}

/** The place of pictures that are on their way, as tall as they will be. */
export const STRIP_HEIGHT = 168;

const STRIP = {
  m: 0,
  p: 0,
  listStyle: 'none',
  display: 'grid',
  gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 190px), 1fr))',
  gap: 1.5,
  '& > li': { minWidth: 0, maxWidth: 260 },
} as const;
const FRAME = {
  width: 1,
  aspectRatio: '16 / 10',
  display: 'grid',
  placeItems: 'center',
  overflow: 'hidden',
  border: 1,
  borderColor: 'divider',
  borderRadius: 1,
  bgcolor: 'secondary.soft',
  color: 'text.secondary',
  '&:hover': { borderColor: 'primary.main' },
} as const;
const LINE = {
  display: 'block',
  overflow: 'hidden',
  textOverflow: 'ellipsis',
  whiteSpace: 'nowrap',
} as const;
