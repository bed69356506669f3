import { Route, Routes } from 'react-router';

import { ComparePage } from './ComparePage';
import { MonitorPage } from './MonitorPage';
import { MonitorsPage } from './MonitorsPage';
import { SourcesPage } from './SourcesPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<MonitorsPage />} />
      <Route path="compare" element={<ComparePage />} />
      <Route path="sources" element={<SourcesPage />} />
      <Route path=":id" element={<MonitorPage />} />
    </Routes>
  );
}
