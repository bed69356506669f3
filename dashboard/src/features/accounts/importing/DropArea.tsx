import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import UploadFile from '@mui/icons-material/UploadFileOutlined';
import { useDropzone } from 'react-dropzone';

import { save } from '@/lib/downloads';

const LARGEST = 10 * 1024 * 1024;
const TEMPLATE = `account_no,login,password,email,email_password,auth_token,ct0,two_fa,persona,labels,timezone\n`;

interface DropAreaProps {
  onFile: (file: File) => void;
  onRefused: (message: string) => void;
  /** One line, once a file is there. */
  isSmall?: boolean;
}

/** Takes one CSV file, dropped or chosen. */
export function DropArea({ onFile, onRefused, isSmall = false }: DropAreaProps) {
  const drop = useDropzone({
    multiple: false,
    maxSize: LARGEST,
    noClick: true,
    noKeyboard: true,
    onDropAccepted: ([file]) => file && onFile(file),
    onDropRejected: ([first]) =>
      onRefused(
        first?.errors[0]?.code === 'file-too-large'
          ? 'The file is larger than 10 MB; split it.'
          : 'Drop one file at a time.',
      ),
  });
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
        py: isSmall ? 1 : 6,
        textAlign: 'center',
        border: '1.5px dashed',
        borderColor: drop.isDragActive ? 'primary.main' : 'divider',
        borderRadius: 1,
        bgcolor: drop.isDragActive ? 'primary.soft' : 'background.paper',
      }}
    >
      <input {...drop.getInputProps()} aria-label="CSV file of accounts" />
      {!isSmall && <UploadFile sx={{ fontSize: 34, color: 'text.secondary' }} />}
      <Typography
        sx={{ fontWeight: isSmall ? 400 : 550 }}
        color={isSmall ? 'textSecondary' : 'textPrimary'}
      >
        {isSmall
          ? 'Another file, or the mended one: drop it here'
          : 'Drop a CSV file of accounts here'}
      </Typography>
      <Box sx={{ display: 'flex', gap: 1 }}>
        <Button variant={isSmall ? 'outlined' : 'contained'} onClick={drop.open}>
          Choose a file
        </Button>
        {!isSmall && (
          <Button variant="outlined" onClick={() => save(TEMPLATE, 'accounts.csv', 'text/csv')}>
            Download a template
          </Button>
        )}
      </Box>
      {!isSmall && (
        <Typography variant="caption" color="textSecondary" sx={{ maxWidth: 560 }}>
          UTF-8, at most 10 MB; comma, semicolon or tab. Needed: account_no, login, password, email,
          email_password, auth_token, ct0. An account_no that exists already is updated. Nothing is
          stored before you have seen what would happen.
        </Typography>
      )}
    </Box>
  );
}
