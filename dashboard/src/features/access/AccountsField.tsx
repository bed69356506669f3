import { AccountsPicker } from '@/components/AccountsPicker';
import type { Account } from '@/lib/api';

interface AccountsFieldProps {
  value: Account[];
  onChange: (accounts: Account[]) => void;
  error?: string;
}

/** The only accounts that a token may touch. */
export function AccountsField(props: AccountsFieldProps) {
  return <AccountsPicker {...props} label="Only these accounts" hint="Empty: all accounts." />;
}
