import { Route, Routes } from 'react-router';

import { ContactsPage } from './ContactsPage';
import { LogPage } from './LogPage';
import { SourcesPage } from './SourcesPage';
import { UnknownPage } from './UnknownPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<LogPage />} />
      <Route path="unknown" element={<UnknownPage />} />
      <Route path="sources" element={<SourcesPage />} />
      <Route path="do-not-contact" element={<ContactsPage />} />
    </Routes>
  );
}
