import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import FolderZip from '@mui/icons-material/FolderZipOutlined';
import Typography from '@mui/material/Typography';
import { useDropzone } from 'react-dropzone';

import { save } from '@/lib/downloads';
import { bytes, plural } from '@/lib/numbers';
import { TEMPLATE } from './uploads';

interface DropArchiveProps {
  chosen: { files: File[]; manifest: File | null } | null;
  isDisabled: boolean;
  onFiles: (files: File[]) => void;
}

/** Takes a zip archive, or pictures with a manifest beside them. */
export function DropArchive({ chosen, isDisabled, onFiles }: DropArchiveProps) {
  const drop = useDropzone({
    noClick: true,
    noKeyboard: true,
    disabled: isDisabled,
    onDropAccepted: onFiles,
  });
  return (
    <Box
      {...drop.getRootProps()}
      sx={{
        display: 'grid',
        justifyItems: 'center',
        gap: 1.25,
        px: 2,
        py: chosen === null ? 5 : 2,
        textAlign: 'center',
        border: '1.5px dashed',
        borderColor: drop.isDragActive ? 'primary.main' : 'divider',
        borderRadius: 1,
        bgcolor: drop.isDragActive ? 'primary.soft' : 'background.paper',
      }}
    >
      <input {...drop.getInputProps()} aria-label="Archive, or pictures with a manifest" />
      {chosen === null && <FolderZip sx={{ fontSize: 34, color: 'text.secondary' }} />}
      <Typography sx={{ fontWeight: 550, overflowWrap: 'anywhere' }}>
        {chosen === null ? 'Drop a zip archive here' : namesOf(chosen)}
      </Typography>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', justifyContent: 'center', gap: 1 }}>
        <Button
          variant={chosen === null ? 'contained' : 'outlined'}
          disabled={isDisabled}
          onClick={drop.open}
        >
          {chosen === null ? 'Choose an archive' : 'Choose another'}
        </Button>
        {chosen === null && (
          <Button variant="outlined" onClick={() => save(TEMPLATE, 'manifest.csv', 'text/csv')}>
            Download a manifest
          </Button>
        )}
      </Box>
      <Typography variant="caption" color="textSecondary" sx={{ maxWidth: 560 }}>
        {chosen === null
          ? 'Pictures with a manifest.csv in the archive or beside it: file, kind, category, title, text, tags, quality, max_usage. Texts are rows too. Without one every picture is taken. At most 200 MB. Nothing is kept before you have seen what would happen.'
          : 'A mended manifest can be dropped alone: it is tried with the same files.'}
      </Typography>
    </Box>
  );
}

function namesOf({ files, manifest }: { files: File[]; manifest: File | null }): string {
  const [first] = files;
  const size = files.reduce((sum, file) => sum + file.size, 0);
  const what =
    first !== undefined && files.length === 1 ? first.name : plural(files.length, 'file');
  return `${what}, ${bytes(size)}${manifest === null ? '' : `, with ${manifest.name}`}`;
}
