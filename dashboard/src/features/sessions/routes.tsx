import { Route, Routes } from 'react-router';

import { SessionPage } from './SessionPage';
import { SessionsPage } from './SessionsPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<SessionsPage />} />
      <Route path=":id" element={<SessionPage />} />
    </Routes>
  );
}
