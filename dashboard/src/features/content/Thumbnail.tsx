import Box from '@mui/material/Box';
import BrokenImage from '@mui/icons-material/BrokenImageOutlined';
import { useState } from 'react';

import { apiUrl } from '@/lib/location';
import type { Picture } from './queries';

interface ThumbnailProps {
  picture: Pick<Picture, 'id' | 'title' | 'thumbnail_url'>;
  /** Pixels of its side; as wide as its place unless given. */
  size?: number;
}

/** A square of a picture. Its place is there before the picture is. */
export function Thumbnail({ picture, size }: ThumbnailProps) {
  const [isBroken, setBroken] = useState(false);
  return (
    <Box sx={{ ...PLACE, width: size ?? '100%' }}>
      {isBroken ? (
        <BrokenImage aria-label="Its file cannot be had" role="img" />
      ) : (
        <Box
          component="img"
          src={apiUrl(picture.thumbnail_url)}
          alt=""
          loading="lazy"
          decoding="async"
          onError={() => setBroken(true)}
          sx={{ position: 'absolute', inset: 0, width: 1, height: 1, objectFit: 'cover' }}
        />
      )}
    </Box>
  );
}

const PLACE = {
  position: 'relative',
  aspectRatio: '1',
  flexShrink: 0,
  display: 'grid',
  placeItems: 'center',
  borderRadius: 1,
  overflow: 'hidden',
  bgcolor: 'secondary.soft',
  color: 'text.secondary',
} as const;
