import { Route, Routes } from 'react-router';

import { AccessPage } from './AccessPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<AccessPage />} />
    </Routes>
  );
}
