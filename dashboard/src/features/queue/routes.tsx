import { Route, Routes } from 'react-router';

import { QueuePage } from './QueuePage';

export function Component() {
  return (
    <Routes>
      <Route index element={<QueuePage />} />
    </Routes>
  );
}
