import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useQuery } from '@tanstack/react-query';
import { useForm, useWatch } from 'react-hook-form';

import { FormDialog } from '@/components/FormDialog';
import type { Model } from '@/lib/api';
import { told, useSending } from '@/lib/forms';
import { count } from '@/lib/numbers';
import { useCreate } from './actions';
import { sourcesQuery } from './queries';
import {
  type IntervalName,
  INTERVALS,
  type Kind,
  KIND_NAMES,
  readingsAMonth,
  sourceName,
  subjectOf,
} from './reading';

interface Fields {
  subject: string;
  /** Nothing follows what is typed. */
  kind: Kind | null;
  interval: IntervalName;
  source: '' | Model<'SourceName'>;
}

const WHO = 'A handle, or the address of a profile or a post.';

/** Begins to watch a person or a post. */
export default function CreateDialog({ first, onClose }: { first: string; onClose: () => void }) {
  const form = useForm<Fields>({
    defaultValues: { subject: first, kind: null, interval: '1h', source: '' },
  });
  const create = useCreate();
  const { register, formState, control, setValue, clearErrors } = form;
  const { errors } = formState;
  const values = useWatch({ control });
  const found = subjectOf(values.subject ?? '');
  const kind = values.kind ?? found?.kind ?? 'influencer';
  const sending = useSending(form, ['subject', 'interval', 'source'], async (fields) => {
    const { interval, source } = fields;
    // What was chosen by hand is sent as it stands: a bare shortcode looks like a handle.
    const subject = kind === found?.kind ? found.subject : fields.subject.trim();
    await create.mutateAsync({ kind, subject, interval, source: source === '' ? null : source });
    onClose();
  });
  const seconds = INTERVALS.find(({ value }) => value === values.interval)?.seconds ?? 3600;
  return (
    <FormDialog title="Watch a person or a post" verb={verbOf(kind)} {...sending} onClose={onClose}>
      <TextField
        autoFocus
        required
        label="Handle or address"
        {...told(errors.subject, found === null ? WHO : `${KIND_NAMES[kind]}: ${found.subject}`)}
        {...register('subject', { required: `Say who or what. ${WHO}` })}
        slotProps={{
          htmlInput: { autoComplete: 'off', autoCapitalize: 'none', spellCheck: false },
          formHelperText: { sx: { overflowWrap: 'anywhere' } },
        }}
      />
      <ToggleButtonGroup
        exclusive
        size="small"
        aria-label="What it is"
        value={kind}
        onChange={(_, next: Kind | null) => {
          if (next === null) return;
          setValue('kind', next);
          clearErrors('subject');
        }}
      >
        {(['influencer', 'post'] as const).map((one) => (
          <ToggleButton key={one} value={one}>
            {KIND_NAMES[one]}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <TextField
        select
        label="How often"
        defaultValue="1h"
        {...told(errors.interval, `About ${count(readingsAMonth(seconds))} readings in 30 days.`)}
        {...register('interval')}
      >
        {INTERVALS.map(({ value, label }) => (
          <MenuItem key={value} value={value}>
            {label}
          </MenuItem>
        ))}
      </TextField>
      <Source field={register('source')} chosen={values.source ?? ''} error={errors.source} />
    </FormDialog>
  );
}

const verbOf = (kind: Kind) => (kind === 'post' ? 'Watch post' : 'Watch person');

interface SourceProps {
  field: object;
  chosen: Fields['source'];
  error: { message?: string } | undefined;
}

/** Where it is read, and what keeps that from being read. */
function Source({ field, chosen, error }: SourceProps) {
  const sources = useQuery(sourcesQuery());
  const found = sources.data ?? [];
  const meant = found.find((one) => (chosen === '' ? one.is_default : one.source === chosen));
  const usual = found.find((one) => one.is_default);
  const problem = meant?.problem ? `Cannot be read yet: ${meant.problem}.` : ' ';
  return (
    <TextField
      select
      label="Read at"
      defaultValue=""
      {...told(error, problem)}
      {...field}
      slotProps={{ inputLabel: { shrink: true }, select: { displayEmpty: true } }}
    >
      <MenuItem value="">
        The usual source{usual ? `, now ${sourceName(usual.source)}` : ''}
      </MenuItem>
      {(['tikhub', 'graph'] as const).map((one) => (
        <MenuItem key={one} value={one}>
          {sourceName(one)}
        </MenuItem>
      ))}
    </TextField>
  );
}
