import { Route, Routes } from 'react-router';

import { InteractionsPage } from './InteractionsPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<InteractionsPage />} />
    </Routes>
  );
}
