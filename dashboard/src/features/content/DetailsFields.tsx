import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import Slider from '@mui/material/Slider';
import TextField from '@mui/material/TextField';
import Typography from '@mui/material/Typography';
import { useId } from 'react';

import type { Details, Wrong } from './details';
import { CATEGORIES, categoryName } from './reading';

interface DetailsFieldsProps {
  value: Details;
  wrong: Wrong;
  onChange: (change: Partial<Details>) => void;
}

/** Category, quality, most uses and tags: the same for a picture, a text, and many at once. */
export function DetailsFields({ value, wrong, onChange }: DetailsFieldsProps) {
  const id = useId();
  return (
    <>
      <Box sx={{ display: 'grid', gridTemplateColumns: '1fr 1fr', gap: 2 }}>
        <Autocomplete
          freeSolo
          autoSelect
          size="small"
          options={CATEGORIES}
          value={value.category}
          onChange={(_, category) => onChange({ category: (category ?? '').trim() })}
          renderOption={({ key, ...attributes }, option) => (
            <li key={key} {...attributes}>
              {option} <Note text={categoryName(option)} of={option} />
            </li>
          )}
          renderInput={(params) => (
            <TextField
              {...params}
              label="Category"
              error={wrong.category !== undefined}
              helperText={
                wrong.category ??
                (value.category === 'any'
                  ? 'Serves where others have nothing.'
                  : categoryName(value.category))
              }
            />
          )}
        />
        <TextField
          size="small"
          label="May be used"
          value={value.max_usage}
          onChange={({ target }) => onChange({ max_usage: target.value })}
          error={wrong.max_usage !== undefined}
          helperText={
            wrong.max_usage ??
            (value.max_usage.trim() === '' ? 'Without end.' : 'Times at most; empty: no end.')
          }
          slotProps={{ htmlInput: { inputMode: 'numeric', autoComplete: 'off' } }}
        />
      </Box>
      <Box>
        <Box sx={{ display: 'flex', justifyContent: 'space-between' }}>
          <Typography variant="caption" color="textSecondary" id={id}>
            Quality
          </Typography>
          <Typography variant="caption" sx={{ fontVariantNumeric: 'tabular-nums' }}>
            {value.quality} of 100
          </Typography>
        </Box>
        <Slider
          size="small"
          min={0}
          max={100}
          value={value.quality}
          onChange={(_, quality) => onChange({ quality: quality as number })}
          aria-labelledby={id}
          sx={{ display: 'block', mx: 'auto', width: 'calc(100% - 12px)' }}
        />
        {wrong.quality && (
          <Typography variant="caption" color="error">
            {wrong.quality}
          </Typography>
        )}
      </Box>
      <Autocomplete
        multiple
        freeSolo
        autoSelect
        size="small"
        options={[] as string[]}
        value={value.tags}
        onChange={(_, tags) =>
          onChange({
            tags: tags
              .flatMap((tag) => tag.split(','))
              .map((tag) => tag.trim())
              .filter(Boolean),
          })
        }
        renderInput={(params) => (
          <TextField
            {...params}
            label="Tags"
            error={wrong.tags !== undefined}
            helperText={wrong.tags ?? 'Those that the account has too count for its relevance.'}
          />
        )}
      />
    </>
  );
}

function Note({ text, of }: { text: string; of: string }) {
  return (
    text !== of && (
      <Box component="span" sx={{ color: 'text.secondary', ml: 1 }}>
        {text}
      </Box>
    )
  );
}
