import { Route, Routes } from 'react-router';

import { AddPage } from './adding/AddPage';
import { UploadPage } from './adding/UploadPage';
import { ForecastPage } from './ForecastPage';
import { PersonasPage } from './PersonasPage';
import { PicturesPage } from './PicturesPage';
import { ReportPage } from './ReportPage';
import { TextsPage } from './TextsPage';

export function Component() {
  return (
    <Routes>
      <Route index element={<PicturesPage />} />
      <Route path="texts" element={<TextsPage />} />
      <Route path="forecast" element={<ForecastPage />} />
      <Route path="personas" element={<PersonasPage />} />
      <Route path="report" element={<ReportPage />} />
      <Route path="add" element={<AddPage />} />
      <Route path="upload" element={<UploadPage />} />
    </Routes>
  );
}
