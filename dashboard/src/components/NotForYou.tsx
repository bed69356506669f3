import LockOutlined from '@mui/icons-material/LockOutlined';

import { EmptyState } from './EmptyState';

/** No fault of anybody: the one who looks was given less than what is here. */
export function NotForYou({ message }: { message: string }) {
  return (
    <EmptyState icon={<LockOutlined />} title="This is not open to you">
      {message} An administrator can change that under Access.
    </EmptyState>
  );
}
