import { Route, Routes } from 'react-router';

import { ChangesPage } from './ChangesPage';
import { PoolsPage } from './PoolsPage';
import { ProxiesPage } from './ProxiesPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<ProxiesPage />} />
      <Route path="pools" element={<PoolsPage />} />
      <Route path="changes" element={<ChangesPage />} />
    </Routes>
  );
}
