import { Route, Routes } from 'react-router';

import { AlertsPage } from './AlertsPage';
import { ChannelsPage } from './ChannelsPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<AlertsPage />} />
      <Route path="channels" element={<ChannelsPage />} />
    </Routes>
  );
}
