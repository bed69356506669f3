import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { Account } from '@/lib/api';
import { accountSearchQuery } from '@/lib/queries/accounts';

interface AccountsFieldProps {
  value: Account[];
  onChange: (accounts: Account[]) => void;
  error?: string;
}

/** The only accounts that a token may touch. */
export function AccountsField({ value, onChange, error }: AccountsFieldProps) {
  const [text, setText] = useState('');
  const found = useQuery({ ...accountSearchQuery(text), placeholderData: keepPreviousData });
  return (
    <Autocomplete
      multiple
      size="small"
      options={found.data?.items ?? []}
      value={value}
      onChange={(_, accounts) => onChange(accounts)}
      onInputChange={(_, typed) => setText(typed)}
      getOptionLabel={(account) => account.login}
      getOptionKey={(account) => account.id}
      isOptionEqualToValue={(one, other) => one.id === other.id}
      filterOptions={(options) => options}
      noOptionsText="No account has that name."
      renderInput={(params) => (
        <TextField
          {...params}
          label="Only these accounts"
          error={error !== undefined}
          helperText={error ?? 'Empty: all accounts.'}
        />
      )}
    />
  );
}
