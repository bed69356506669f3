import { lazy, Suspense } from 'react';
import { Route, Routes } from 'react-router';

import { AccountsPage } from './AccountsPage';

const ImportPage = lazy(() =>
  import('./importing/ImportPage').then((part) => ({ default: part.ImportPage })),
);

export function Component() {
  return (
    <Suspense fallback={null}>
      <Routes>
        <Route index element={<AccountsPage />} />
        <Route path="import" element={<ImportPage />} />
      </Routes>
    </Suspense>
  );
}
