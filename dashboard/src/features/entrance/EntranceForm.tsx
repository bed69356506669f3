import Alert from '@mui/material/Alert';
import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { PropsWithChildren } from 'react';

interface EntranceFormProps extends PropsWithChildren {
  title: string;
  about?: string;
  refusal: string | null;
  onSubmit: () => void;
}

/** A form before a log-in: its title, what was refused, and its fields. */
export function EntranceForm({ title, about, refusal, onSubmit, children }: EntranceFormProps) {
  return (
    <Box
      component="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        onSubmit();
      }}
      sx={{ p: 3, display: 'grid', gap: 2 }}
    >
      <div>
        <Typography variant="h1">{title}</Typography>
        {about !== undefined && (
          <Typography variant="body2" color="textSecondary" sx={{ mt: 0.5 }}>
            {about}
          </Typography>
        )}
      </div>
      {refusal !== null && <Alert severity="error">{refusal}</Alert>}
      {children}
    </Box>
  );
}
