import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Dialog from '@mui/material/Dialog';
import DialogActions from '@mui/material/DialogActions';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useState } from 'react';
import { useDropzone } from 'react-dropzone';

import { asApiError } from '@/lib/api';
import { count, plural } from '@/lib/numbers';
import { type ListReport, useImportContacts } from './actions';

/** Loaded once somebody opens it. */
export default function ContactImport({ onClose }: { onClose: () => void }) {
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="list-title">
      <Form onClose={onClose} />
    </Dialog>
  );
}

/** A list is looked through first. Where one line is wrong, nothing of it is taken over. */
function Form({ onClose }: { onClose: () => void }) {
  const [file, setFile] = useState<File | null>(null);
  const [reason, setReason] = useState('');
  const look = useImportContacts();
  const take = useImportContacts();
  const [report, setReport] = useState<ListReport | null>(null);
  const onFile = (chosen: File) => {
    setFile(chosen);
    setReport(null);
    look.mutate(
      { file: chosen, reason: reason || 'imported', dryRun: true },
      { onSuccess: setReport },
    );
  };
  const drop = useDropzone({
    onDropAccepted: ([chosen]) => chosen && onFile(chosen),
    multiple: false,
    maxSize: 20 * 1024 * 1024,
  });
  const isReady = file !== null && report !== null && report.errors.length === 0;
  const failure = take.error ?? look.error;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (isReady)
          take.mutate(
            { file, reason: reason || 'imported', dryRun: false },
            { onSuccess: onClose },
          );
      }}
    >
      <DialogTitle id="list-title">Import a do-not-contact list</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2, '&&': { pt: 1 } }}>
        <TextField
          label="Reason, where a line gives none"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          placeholder="imported"
        />
        <Box
          {...drop.getRootProps()}
          sx={{
            p: 3,
            border: 1,
            borderStyle: 'dashed',
            borderColor: drop.isDragActive ? 'primary.main' : 'divider',
            bgcolor: drop.isDragActive ? 'primary.soft' : 'transparent',
            borderRadius: 1,
            textAlign: 'center',
            cursor: 'pointer',
          }}
        >
          <input {...drop.getInputProps({ 'aria-label': 'List' })} />
          <Typography variant="body2">
            {file?.name ?? 'Drop a list here, or choose a file'}
          </Typography>
          <Typography variant="caption" color="textSecondary">
            One handle a line, or CSV with handle or hash, reason, expires_at
          </Typography>
        </Box>
        {failure && <Alert severity="warning">{asApiError(failure).message}</Alert>}
        {report && <Report report={report} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="contained" disabled={!isReady} loading={take.isPending}>
          {isReady ? `Import ${count(report.added + report.updated)}` : 'Import'}
        </Button>
      </DialogActions>
    </form>
  );
}

function Report({ report }: { report: ListReport }) {
  if (report.errors.length === 0) {
    return (
      <Alert severity="success">
        {count(report.added)} new, {count(report.updated)} changed, {count(report.unchanged)} there
        already.
      </Alert>
    );
  }
  return (
    <Alert severity="error" sx={{ alignItems: 'flex-start' }}>
      <Typography variant="h3" component="p">
        {plural(report.errors.length + report.errors_omitted, 'line')} cannot be taken over, so
        nothing is.
      </Typography>
      <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2, maxHeight: 180, overflowY: 'auto' }}>
        {report.errors.map((fault, at) => (
          <li key={at}>
            Line {fault.line}
            {fault.column && `, ${fault.column}`}: {fault.message}
          </li>
        ))}
      </Box>
    </Alert>
  );
}
