import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import AddPhoto from '@mui/icons-material/AddPhotoAlternateOutlined';
import { useState } from 'react';
import { useDropzone } from 'react-dropzone';

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
  const drop = useDropzone({
    accept: KINDS,
    maxSize: LARGEST,
    noClick: true,
    noKeyboard: true,
    onDrop: (files, rejections) => {
      onFiles(files);
      const names = rejections.slice(0, 3).map(({ file }) => file.name);
      setRefused(
        rejections.length === 0
          ? null
          : `Left out, as it is no JPEG, PNG or WebP of at most 10 MB: ${names.join(', ')}${rejections.length > 3 ? ` and ${rejections.length - 3} more` : ''}.`,
      );
    },
  });
  return (
    <Box>
      <Box
        {...drop.getRootProps()}
        sx={{
          display: 'flex',
          flexDirection: isSmall ? 'row' : 'column',
          flexWrap: 'wrap',
          alignItems: 'center',
          justifyContent: 'center',
          gap: 1.5,
          px: 2,
          py: isSmall ? 1.5 : 6,
          textAlign: 'center',
          border: '1.5px dashed',
          borderColor: drop.isDragActive ? 'primary.main' : 'divider',
          borderRadius: 1,
          bgcolor: drop.isDragActive ? 'primary.soft' : 'background.paper',
        }}
      >
        <input {...drop.getInputProps()} aria-label="Pictures" />
        {!isSmall && <AddPhoto sx={{ fontSize: 34, color: 'text.secondary' }} />}
        <Typography
          sx={{ fontWeight: isSmall ? 400 : 550 }}
          color={isSmall ? 'textSecondary' : 'textPrimary'}
        >
          {isSmall ? 'More: drop them here' : 'Drop pictures here'}
        </Typography>
        <Button variant={isSmall ? 'outlined' : 'contained'} onClick={drop.open}>
          Choose pictures
        </Button>
        {!isSmall && (
          <Typography variant="caption" color="textSecondary" sx={{ maxWidth: 520 }}>
            JPEG, PNG or WebP, at most 10 MB and 50 million pixels each. They are drawn anew,
            without what a camera has written on them: place, device, owner.
          </Typography>
        )}
      </Box>
      {refused && (
        <Typography variant="caption" component="p" role="alert" color="error" sx={{ mt: 0.5 }}>
          {refused}
        </Typography>
      )}
    </Box>
  );
}
