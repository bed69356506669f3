import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { monitorsQuery, type Monitor } from './queries';
import { type Kind, subjectName } from './reading';

interface MonitorsPickerProps {
  /** Whose counts can be laid beside those that are chosen; anybody's while nobody is. */
  kind: Kind | null;
  value: Monitor[];
  isFull: boolean;
  onChange: (ids: number[]) => void;
}

/** Several monitors, each found by what is typed of its name. */
export function MonitorsPicker({ kind, value, isFull, onChange }: MonitorsPickerProps) {
  const [text, setText] = useState('');
  const found = useQuery(
    monitorsQuery({
      q: text.replace(/^@/, '') || null,
      kind,
      limit: 20,
      sort_by: 'subject',
      sort_order: 'asc',
    }),
  );
  return (
    <Autocomplete
      multiple
      size="small"
      options={isFull ? [] : (found.data?.items ?? [])}
      value={value}
      onChange={(_, chosen) => onChange(chosen.map(({ id }) => id))}
      onInputChange={(_, typed) => setText(typed)}
      getOptionLabel={subjectName}
      getOptionKey={({ id }) => id}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      filterOptions={(options) => options}
      filterSelectedOptions
      disableCloseOnSelect
      noOptionsText={
        isFull ? 'Eight is as many as can be told apart.' : 'Nobody of that name is watched.'
      }
      renderInput={(params) => <TextField {...params} label="Who or what" />}
    />
  );
}
