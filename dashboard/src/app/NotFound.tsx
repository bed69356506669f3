import Button from '@mui/material/Button';
import { Link } from 'react-router';

import { EmptyState } from '@/components/EmptyState';
import { Page } from '@/components/Page';

export function NotFound() {
  return (
    <Page title="Nothing at this address">
      <EmptyState
        title="This page does not exist."
        actions={
          <Button variant="contained" component={Link} to="/overview">
            To the overview
          </Button>
        }
      >
        The address may be of an older version, or have lost its end on the way.
      </EmptyState>
    </Page>
  );
}
