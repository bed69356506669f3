import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useForm } from 'react-hook-form';

import { FormDialog } from '@/components/FormDialog';
import type { Model } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { useAddPersona, useChangePersona } from './actions';

type Persona = Model<'PersonaRead'>;
const shown = (value: number | null | undefined) => String(value ?? '');
const sent = (text: string) => (text.trim() === '' ? null : Number(text));

interface Wanted {
  gaps: { least: string; most: string };
  quality: string;
  reuse: string;
  name: string;
  link: string;
}

/** A new persona, or another name, link or pace for one. */
export default function PersonaDialog({
  persona,
  onClose,
}: {
  persona: Persona | null;
  onClose: () => void;
}) {
  const said = persona?.warmup;
  const form = useForm<Wanted>({
    defaultValues: {
      name: persona?.name ?? '',
      link: persona?.link ?? '',
      gaps: { least: shown(said?.gap_hours_min), most: shown(said?.gap_hours_max) },
      quality: shown(said?.min_quality_score),
      reuse: shown(said?.reuse_days),
    },
  });
  const { register, formState } = form;
  const { errors } = formState;
  const add = useAddPersona();
  const change = useChangePersona();
  const sending = useSending(form, ['name', 'link'], async (fields) => {
    const warmup = {
      ...said,
      categories: said?.categories ?? {},
      gap_hours_min: sent(fields.gaps.least),
      gap_hours_max: sent(fields.gaps.most),
      min_quality_score: sent(fields.quality),
      reuse_days: sent(fields.reuse),
    };
    const body = {
      name: fields.name.trim(),
      link: fields.link.trim() === '' ? null : fields.link.trim(),
      warmup,
    };
    if (persona === null) await add.mutateAsync(body);
    else await change.mutateAsync({ persona, change: body });
    onClose();
  });
  const number = (least: number, most: number) => ({
    validate: (text: string) =>
      text.trim() === '' ||
      (Number(text) >= least && Number(text) <= most) ||
      `From ${least} to ${most}, or nothing.`,
  });
  const numeric = { htmlInput: { inputMode: 'decimal', autoComplete: 'off' } } as const;
  return (
    <FormDialog
      title={persona === null ? 'Add a persona' : `Change ${persona.name}`}
      verb={persona === null ? 'Add persona' : 'Keep changes'}
      {...sending}
      onClose={onClose}
    >
      <TextField
        autoFocus
        required
        label="Name"
        {...told(errors.name, 'As accounts name it when they are imported.')}
        {...register('name', { required: 'Give it a name.' })}
        slotProps={{ htmlInput: { autoComplete: 'off', maxLength: 100 } }}
      />
      <TextField
        label="Link"
        {...told(errors.link, 'The address that its profiles point to, if any.')}
        {...register('link')}
        slotProps={{ htmlInput: { autoComplete: 'off', inputMode: 'url' } }}
      />
      <Typography variant="h3">Its warm-up, where it differs from the settings</Typography>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2 }}>
        <TextField
          label="Least hours between phases"
          {...told(errors.gaps?.least)}
          {...register('gaps.least', number(0, 720))}
          slotProps={numeric}
        />
        <TextField
          label="Most hours"
          {...told(errors.gaps?.most)}
          {...register('gaps.most', number(0, 720))}
          slotProps={numeric}
        />
        <TextField
          label="Least quality"
          {...told(errors.quality)}
          {...register('quality', number(0, 100))}
          slotProps={numeric}
        />
        <TextField
          label="Rest, in days"
          {...told(errors.reuse, 'Before another account gets the same.')}
          {...register('reuse', number(0, 3650))}
          slotProps={numeric}
        />
      </Box>
    </FormDialog>
  );
}
