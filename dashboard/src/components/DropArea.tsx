import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import type { SvgIconProps } from '@mui/material/SvgIcon';
import Typography from '@mui/material/Typography';
import type { ComponentType, ReactNode } from 'react';
import { type DropzoneOptions, useDropzone } from 'react-dropzone';

interface DropAreaProps extends DropzoneOptions {
  /** What it takes, for those who do not see it. */
  label: string;
  title: string;
  /** What the button says that opens the system's own dialog. */
  choose: string;
  icon: ComponentType<SvgIconProps>;
  hint: string;
  /** More buttons. */
  children?: ReactNode;
  /** One line, once something is there: the title and the button. */
  isSmall: boolean;
}

/** Takes files, dropped or chosen. What is not said here is for `useDropzone`. */
export function DropArea(props: DropAreaProps) {
  const { label, title, choose, icon: Icon, hint, children, isSmall, ...zone } = props;
  const drop = useDropzone({ ...zone, noClick: true, noKeyboard: true });
  return (
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
      <input {...drop.getInputProps()} aria-label={label} />
      {!isSmall && <Icon sx={{ fontSize: 34, color: 'text.secondary' }} />}
      <Typography
        sx={{ fontWeight: isSmall ? 400 : 550 }}
        color={isSmall ? 'textSecondary' : 'textPrimary'}
      >
        {title}
      </Typography>
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button variant={isSmall ? 'outlined' : 'contained'} onClick={drop.open}>
          {choose}
        </Button>
        {!isSmall && children}
      </Box>
      {!isSmall && (
        <Typography variant="caption" color="textSecondary" sx={{ maxWidth: 560 }}>
          {hint}
        </Typography>
      )}
    </Box>
  );
}
