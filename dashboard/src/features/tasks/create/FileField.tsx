import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import { useDropzone } from 'react-dropzone';

import type { TaskType } from '@/lib/api';
import { save } from '@/lib/downloads';
import { bytes } from '@/lib/numbers';
import { FILE_COLUMNS } from './order';

const LARGEST = 2_000_000;

/** What was chosen: a browser no longer sends a file that was changed on the disk meanwhile. */
const copied = async (file: File) => new File([await file.arrayBuffer()], file.name);

const wordsOf = ([first, ...others]: string[]) =>
  others.length === 0
    ? `Column: ${first}.`
    : `Columns: ${first}, and where wanted ${others.join(', ')}.`;

interface FileFieldProps {
  type: TaskType;
  file: File | null;
  error: string | undefined;
  onFile: (file: File) => void;
}

/** Takes one CSV file, dropped or chosen, and says what it has to look like. */
export function FileField({ type, file, error, onFile }: FileFieldProps) {
  const columns = FILE_COLUMNS[type] ?? [];
  const drop = useDropzone({
    multiple: false,
    noClick: true,
    noKeyboard: true,
    onDropAccepted: ([first]) => first && void copied(first).then(onFile),
  });
  const isTooLarge = file !== null && file.size > LARGEST;
  return (
    <Box>
      <Box
        {...drop.getRootProps()}
        sx={{
          display: 'grid',
          justifyItems: 'center',
          gap: 1,
          p: 2,
          textAlign: 'center',
          border: '1.5px dashed',
          borderColor: error ? 'error.main' : drop.isDragActive ? 'primary.main' : 'divider',
          borderRadius: 1,
          bgcolor: drop.isDragActive ? 'primary.soft' : 'transparent',
        }}
      >
        <input {...drop.getInputProps()} aria-label="CSV file" />
        <Typography variant="body2" sx={{ fontWeight: 550, overflowWrap: 'anywhere' }}>
          {file === null ? 'Drop a CSV file here' : `${file.name}, ${bytes(file.size)}`}
        </Typography>
        <Box sx={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'center', gap: 1 }}>
          <Button variant="outlined" onClick={drop.open}>
            {file === null ? 'Choose a file' : 'Choose another'}
          </Button>
          <Button onClick={() => save(`${columns.join(',')}\n`, `${type}.csv`, 'text/csv')}>
            Download a template
          </Button>
        </Box>
      </Box>
      <Typography
        variant="caption"
        component="p"
        color={error || isTooLarge ? 'error' : 'textSecondary'}
        sx={{ mt: 0.5, mx: 1.75 }}
      >
        {error ??
          (isTooLarge
            ? 'The file is larger than 2 MB; split it.'
            : `UTF-8, at most 1,000 rows. ${wordsOf(columns)}`)}
      </Typography>
    </Box>
  );
}
