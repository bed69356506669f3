import { Route, Routes } from 'react-router';

import { NetworksPage } from './NetworksPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<NetworksPage />} />
    </Routes>
  );
}
