import { Route, Routes } from 'react-router';

import { SettingsPage } from './SettingsPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<SettingsPage />} />
    </Routes>
  );
}
