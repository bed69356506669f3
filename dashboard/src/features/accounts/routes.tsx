import { Route, Routes } from 'react-router';

import { AccountsPage } from './AccountsPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<AccountsPage />} />
    </Routes>
  );
}
