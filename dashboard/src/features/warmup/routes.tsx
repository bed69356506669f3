import { Route, Routes } from 'react-router';

import { BotsPage } from './bots/BotsPage';
import { SessionsPage } from './bots/SessionsPage';
import { PipelinePage } from './PipelinePage';

export function Component() {
  return (
    <Routes>
      <Route index element={<PipelinePage />} />
      <Route path="bots" element={<BotsPage />} />
      <Route path="sessions" element={<SessionsPage />} />
    </Routes>
  );
}
