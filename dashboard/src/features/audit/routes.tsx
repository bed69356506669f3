import { Route, Routes } from 'react-router';

import { AuditPage } from './AuditPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<AuditPage />} />
    </Routes>
  );
}
