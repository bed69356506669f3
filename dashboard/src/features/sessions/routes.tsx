import { Route, Routes } from 'react-router';

import { SessionsPage } from './SessionsPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<SessionsPage />} />
    </Routes>
  );
}
