import { Route, Routes } from 'react-router';

import { InboxPage } from './InboxPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<InboxPage />} />
    </Routes>
  );
}
