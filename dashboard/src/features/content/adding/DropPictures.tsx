import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import AddPhoto from '@mui/icons-material/AddPhotoAlternateOutlined';
import { useState } from 'react';

import { DropArea } from '@/components/DropArea';

const LARGEST = 10 * 1024 * 1024;
const KINDS = { 'image/jpeg': ['.jpg', '.jpeg'], 'image/png': ['.png'], 'image/webp': ['.webp'] };

interface DropPicturesProps {
  onFiles: (files: File[]) => void;
  /** One line, once there are some. */
  isSmall: boolean;
}

/** Takes pictures, dropped or chosen, many at once. */
export function DropPictures({ onFiles, isSmall }: DropPicturesProps) {
  const [refused, setRefused] = useState<string | null>(null);
  return (
    <Box>
      <DropArea
        label="Pictures"
        title={isSmall ? 'More: drop them here' : 'Drop pictures here'}
        choose="Choose pictures"
        icon={AddPhoto}
        hint="JPEG, PNG or WebP, at most 10 MB and 50 million pixels each. They are drawn anew, without what a camera has written on them: place, device, owner."
        isSmall={isSmall}
        accept={KINDS}
        maxSize={LARGEST}
        onDrop={(files, rejections) => {
          onFiles(files);
          const names = rejections.slice(0, 3).map(({ file }) => file.name);
          setRefused(
            rejections.length === 0
              ? null
              : `Left out, as it is no JPEG, PNG or WebP of at most 10 MB: ${names.join(', ')}${rejections.length > 3 ? ` and ${rejections.length - 3} more` : ''}.`,
          );
        }}
      />
      {refused && (
        <Typography variant="caption" component="p" role="alert" color="error" sx={{ mt: 0.5 }}>
          {refused}
        </Typography>
      )}
    </Box>
  );
}
