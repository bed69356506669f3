import { Route, Routes } from 'react-router';

import { HealthPage } from './HealthPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<HealthPage />} />
    </Routes>
  );
}
