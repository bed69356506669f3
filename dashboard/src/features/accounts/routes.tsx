import { lazy, Suspense } from 'react';
import { Route, Routes } from 'react-router';

import { AccountsPage } from './AccountsPage';

const ImportPage = lazy(() =>
  import('./importing/ImportPage').then((part) => ({ default: part.ImportPage })),
);

const AccountPage = lazy(() =>
  import('./detail/AccountPage').then((part) => ({ default: part.AccountPage })),
);

export function Component() {
  return (
    <Suspense fallback={null}>
      <Routes>
        <Route index element={<AccountsPage />} />
        <Route path="import" element={<ImportPage />} />
        <Route path=":id" element={<AccountPage />} />
      </Routes>
    </Suspense>
  );
}
