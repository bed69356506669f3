import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Page } from '@/components/Page';
import { settingsQuery } from './queries';
import { SettingsForm } from './SettingsForm';

export function SettingsPage() {
  const settings = useQuery(settingsQuery());
  return (
    <Page title="Settings" about="What every account keeps to.">
      <AsyncContent query={settings} rows={14}>
        {(values) => <SettingsForm settings={values} />}
      </AsyncContent>
    </Page>
  );
}
