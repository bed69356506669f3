import Autocomplete from '@mui/material/Autocomplete';
import Box from '@mui/material/Box';
import TextField from '@mui/material/TextField';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { Account } from '@/lib/api';
import { accountSearchQuery } from '@/lib/queries/accounts';
import { StateChip } from './StateChip';

interface AccountPickerProps {
  label: string;
  value: Account | null;
  onChange: (account: Account | null) => void;
  autoFocus?: boolean;
  error?: boolean;
  helperText?: string;
}

/** One account out of all, found by what is typed of its login, number or address. */
export function AccountPicker(props: AccountPickerProps) {
  const { label, value, onChange, autoFocus = false, error = false, helperText } = props;
  const [text, setText] = useState('');
  const search = value !== null && text === value.login ? '' : text;
  const found = useQuery({ ...accountSearchQuery(search), placeholderData: keepPreviousData });
  return (
    <Autocomplete
      options={found.data?.items ?? []}
      value={value}
      onChange={(_, account) => onChange(account)}
      onInputChange={(_, typed) => setText(typed)}
      getOptionLabel={(account) => account.login}
      getOptionKey={(account) => account.id}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      // The server has searched already.
      filterOptions={(options) => options}
      loading={found.isFetching}
      noOptionsText="No account has that name."
      autoHighlight
      openOnFocus
      renderOption={({ key, ...attributes }, account) => (
        <Box component="li" key={key} {...attributes} sx={{ gap: 1 }}>
          <Box sx={{ flex: 1, minWidth: 0, overflow: 'hidden', textOverflow: 'ellipsis' }}>
            {account.login}
          </Box>
          <StateChip state={account.paused ? 'paused' : account.health} />
        </Box>
      )}
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          autoFocus={autoFocus}
          error={error}
          helperText={helperText}
        />
      )}
    />
  );
}
