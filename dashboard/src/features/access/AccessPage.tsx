import Alert from '@mui/material/Alert';

import { CopyText } from '@/components/CopyText';
import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';
import { useCan, useMe } from '@/lib/queries/me';
import { People } from './People';
import { Tokens } from './Tokens';
import { You } from './You';

export function AccessPage() {
  const me = useMe();
  // Reached by its address, or by whoever logs in where an admin has logged out.
  if (!useCan('access:read')) {
    return (
      <Page title="Access">
        <EmptyState title="This page is for admins" />
      </Page>
    );
  }
  return (
    <Page title="Access" about="Who may come in, and what they may do.">
      {me?.demo && <DemoEnds />}
      {me?.kind === 'operator' && <You name={me.name} role={me.role} />}
      <People />
      <Tokens />
    </Page>
  );
}

function DemoEnds() {
  return (
    <Alert
      severity="info"
      sx={{ alignItems: 'flex-start', bgcolor: 'primary.soft', color: 'text.primary' }}
    >
      <b>This is a demo: whoever uses this machine is let in without a log-in.</b>
      <br />
      The first admin ends it for good: everybody logs in from then on, and the tokens made in the
      demo stop working. The address that makes the first admin is in the output of the start,
      behind “Set up”; a new one comes from <CopyText text="retinue access setup-url" />
    </Alert>
  );
}
