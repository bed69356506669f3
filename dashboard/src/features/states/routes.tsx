import { Route, Routes } from 'react-router';

import { StatesPage } from './StatesPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<StatesPage />} />
    </Routes>
  );
}
