import { Route, Routes } from 'react-router';

import { BatchPage } from './batch/BatchPage';
import { BatchesPage } from './BatchesPage';
import { TasksPage } from './TasksPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<TasksPage />} />
      <Route path="batches" element={<BatchesPage />} />
      <Route path="batches/:id" element={<BatchPage />} />
    </Routes>
  );
}
