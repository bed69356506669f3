import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import FormControl from '@mui/material/FormControl';
import FormControlLabel from '@mui/material/FormControlLabel';
import FormLabel from '@mui/material/FormLabel';
import Radio from '@mui/material/Radio';
import RadioGroup from '@mui/material/RadioGroup';
import TextField from '@mui/material/TextField';
import { useQuery } from '@tanstack/react-query';

import { AccountPicker } from '@/components/AccountPicker';
import { AccountsPicker } from '@/components/AccountsPicker';
import { plural } from '@/lib/numbers';
import { MONO } from '@/theme/theme';
import { proxiesQuery } from '../queries';
import {
  type Draft,
  type Errors,
  type Field,
  handlesOf,
  PROFILE_FIELDS,
  type ProfileField,
} from './order';

const PROFILE_NAMES: Record<ProfileField, string> = {
  name: 'Name',
  description: 'Biography',
  url: 'Website',
  location: 'Place',
  profile_image: 'Address of the picture',
  profile_banner: 'Address of the banner',
  lang: 'Language, such as en or pt-BR',
};

interface FieldsProps {
  fields: Field[];
  draft: Draft;
  errors: Errors;
  onChange: (part: Partial<Draft>) => void;
}

/** The fields of one type, each with what is wrong with it. */
export function Fields({ fields, draft, errors, onChange }: FieldsProps) {
  const has = (field: Field) => fields.includes(field);
  return (
    <>
      {has('accounts') && (
        <AccountsPicker
          label="Accounts"
          value={draft.accounts}
          onChange={(accounts) => onChange({ accounts })}
          error={errors.accounts}
          hint="By login, number or address. For very many, select them in the list of accounts."
        />
      )}
      {has('proxies') && <Proxies draft={draft} errors={errors} onChange={onChange} />}
      {has('internal') && <Whom draft={draft} errors={errors} onChange={onChange} />}
      {has('handles') && (
        <Handles fields={fields} draft={draft} errors={errors} onChange={onChange} />
      )}
      {has('perAccount') && (
        <TextField
          label="People for each account, at most"
          value={draft.perAccount}
          error={errors.perAccount !== undefined}
          helperText={errors.perAccount}
          onChange={(event) => onChange({ perAccount: event.target.value })}
          slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        />
      )}
      {has('profile') &&
        PROFILE_FIELDS.map((name) => (
          <TextField
            key={name}
            label={PROFILE_NAMES[name]}
            multiline={name === 'description'}
            value={draft.profile[name] ?? ''}
            error={errors[`profile.${name}`] !== undefined}
            helperText={errors[`profile.${name}`]}
            onChange={(event) =>
              onChange({ profile: { ...draft.profile, [name]: event.target.value } })
            }
          />
        ))}
      {has('maxItems') && (
        <TextField
          label="Posts of each, at most"
          value={draft.maxItems}
          error={errors.maxItems !== undefined}
          helperText={errors.maxItems}
          onChange={(event) => onChange({ maxItems: event.target.value })}
          slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        />
      )}
      {has('withReplies') && (
        <Box sx={{ display: 'flex', gap: 2, flexWrap: 'wrap', my: -1 }}>
          <FormControlLabel
            control={<Checkbox checked={draft.withReplies} />}
            onChange={(_, withReplies) => onChange({ withReplies })}
            label="With replies"
          />
          <FormControlLabel
            control={<Checkbox checked={draft.withReposts} />}
            onChange={(_, withReposts) => onChange({ withReposts })}
            label="With reposts"
          />
        </Box>
      )}
      {has('worker') && (
        <AccountPicker
          label="Looked up by"
          value={draft.worker}
          onChange={(worker) => onChange({ worker })}
          error={errors.worker !== undefined}
          helperText={errors.worker ?? 'Empty: whichever worker account is free.'}
        />
      )}
      {has('params') && (
        <TextField
          multiline
          minRows={4}
          maxRows={12}
          label="Parameters as JSON"
          value={draft.params}
          error={errors.params !== undefined}
          helperText={errors.params ?? 'The same for each account.'}
          onChange={(event) => onChange({ params: event.target.value })}
          slotProps={{
            htmlInput: { spellCheck: false, style: { fontFamily: MONO, fontSize: '0.8125rem' } },
          }}
        />
      )}
    </>
  );
}

type PartProps = Omit<FieldsProps, 'fields'>;

/** Who is followed: anybody, or the installation's own. */
function Whom({ draft, onChange }: PartProps) {
  return (
    <FormControl sx={{ my: -0.5 }}>
      <FormLabel id="whom" sx={{ fontSize: '0.75rem' }}>
        They follow
      </FormLabel>
      <RadioGroup
        row
        aria-labelledby="whom"
        value={draft.internal ? 'internal' : 'external'}
        onChange={(_, value) => onChange({ internal: value === 'internal' })}
      >
        <FormControlLabel
          value="external"
          control={<Radio size="small" />}
          label="People of the network"
        />
        <FormControlLabel value="internal" control={<Radio size="small" />} label="Own accounts" />
      </RadioGroup>
    </FormControl>
  );
}

function Handles({ fields, draft, errors, onChange }: FieldsProps) {
  const found = handlesOf(draft.handles).length;
  const isInternal = fields.includes('internal') && draft.internal;
  const none = isInternal
    ? 'One login or number a line. Empty: those above follow each other.'
    : 'One a line, with or without @.';
  const hint = found === 0 ? none : plural(found, 'person', 'people');
  return (
    <TextField
      multiline
      minRows={3}
      maxRows={10}
      label="Who"
      value={draft.handles}
      error={errors.handles !== undefined}
      helperText={errors.handles ?? hint}
      onChange={(event) => onChange({ handles: event.target.value })}
      slotProps={{ htmlInput: { spellCheck: false, autoCapitalize: 'none' } }}
    />
  );
}

function Proxies({ draft, errors, onChange }: PartProps) {
  const proxies = useQuery(proxiesQuery());
  const all = proxies.data?.items ?? [];
  return (
    <Autocomplete
      multiple
      size="small"
      disableCloseOnSelect
      filterSelectedOptions
      options={all}
      loading={proxies.isPending}
      value={all.filter(({ id }) => draft.proxies.includes(id))}
      onChange={(_, chosen) => onChange({ proxies: chosen.map(({ id }) => id) })}
      getOptionLabel={({ id, host, port }) => `${id}: ${host}:${port}`}
      getOptionKey={({ id }) => id}
      noOptionsText="There is no proxy."
      renderInput={(params) => (
        <TextField
          {...params}
          label="Proxies"
          error={errors.proxies !== undefined || proxies.error !== null}
          helperText={errors.proxies ?? proxies.error?.message ?? ' '}
        />
      )}
    />
  );
}
