import Autocomplete from '@mui/material/Autocomplete';
import TextField from '@mui/material/TextField';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { Account } from '@/lib/api';
import { accountSearchQuery } from '@/lib/queries/accounts';

interface AccountsPickerProps {
  label: string;
  value: Account[];
  onChange: (accounts: Account[]) => void;
  error?: string;
  hint?: string;
  required?: boolean;
}

/** Several accounts out of all, each found by what is typed of its login, number or address. */
export function AccountsPicker(props: AccountsPickerProps) {
  const { label, value, onChange, error, hint, required = false } = props;
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
      filterSelectedOptions
      disableCloseOnSelect
      noOptionsText="No account has that name."
      renderInput={(params) => (
        <TextField
          {...params}
          label={label}
          // The field itself is empty while accounts are chosen, so the browser must not judge it.
          slotProps={{
            ...params.slotProps,
            inputLabel: { ...params.slotProps?.inputLabel, required },
          }}
          error={error !== undefined}
          helperText={error ?? hint}
        />
      )}
    />
  );
}
