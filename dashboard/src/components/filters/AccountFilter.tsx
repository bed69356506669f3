import Box from '@mui/material/Box';
import Popover from '@mui/material/Popover';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { Account } from '@/lib/api';
import { accountQuery } from '@/lib/queries/accounts';
import { AccountPicker } from '../AccountPicker';
import { FilterChip } from './FilterChip';

interface AccountFilterProps {
  label: string;
  value: string;
  /** What stands in the URL, as the list's route asks for it. */
  by: 'id' | 'login';
  onChange: (value: string | null) => void;
}

export function AccountFilter({ label, value, by, onChange }: AccountFilterProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const named = useQuery({ ...accountQuery(Number(value)), enabled: by === 'id' && value !== '' });
  const shown = by === 'id' ? (named.data?.login ?? value) : value;
  const choose = (account: Account | null) => {
    setAnchor(null);
    onChange(account === null ? null : by === 'id' ? String(account.id) : account.login);
  };
  return (
    <>
      <FilterChip
        label={label}
        value={value === '' ? null : shown}
        onOpen={(event) => setAnchor(event.currentTarget)}
        onClear={() => onChange(null)}
      />
      <Popover
        open={anchor !== null}
        anchorEl={anchor}
        onClose={() => setAnchor(null)}
        anchorOrigin={{ vertical: 'bottom', horizontal: 'left' }}
        slotProps={{ paper: { sx: { mt: 0.5, p: 1.5 } } }}
      >
        <Box sx={{ width: 280 }}>
          <AccountPicker label={label} value={null} onChange={choose} autoFocus />
        </Box>
      </Popover>
    </>
  );
}
