import { Route, Routes } from 'react-router';

import { WelcomePage } from './WelcomePage';

export function Component() {
  return (
    <Routes>
      <Route index element={<WelcomePage />} />
    </Routes>
  );
}
