import { Route, Routes } from 'react-router';

import { OverviewPage } from './OverviewPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<OverviewPage />} />
    </Routes>
  );
}
