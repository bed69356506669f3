import { useQuery } from '@tanstack/react-query';

import type { Account } from '@/lib/api';
import { accountQuery } from '@/lib/queries/accounts';
import { AccountPicker } from '../AccountPicker';
import { FilterPopover } from './FilterPopover';

interface AccountFilterProps {
  label: string;
  value: string;
  /** What stands in the URL, as the list's route asks for it. */
  by: 'id' | 'login';
  onChange: (value: string | null) => void;
}

export function AccountFilter({ label, value, by, onChange }: AccountFilterProps) {
  const named = useQuery({ ...accountQuery(Number(value)), enabled: by === 'id' && value !== '' });
  const shown = by === 'id' ? (named.data?.login ?? value) : value;
  const choose = (account: Account | null) => {
    onChange(account === null ? null : by === 'id' ? String(account.id) : account.login);
  };
  return (
    <FilterPopover label={label} value={value === '' ? null : shown} onClear={() => onChange(null)}>
      {(close) => (
        <AccountPicker
          label={label}
          value={null}
          onChange={(account) => {
            close();
            choose(account);
          }}
          autoFocus
        />
      )}
    </FilterPopover>
  );
}
