import { useQuery } from '@tanstack/react-query';
import { screen, waitFor } from '@testing-library/react';
import { expect, it } from 'vitest';

import { renderPage } from '@/test';
import { Page } from './Page';

function Rows({ load }: { load: () => Promise<string> }) {
  return <p>{useQuery({ queryKey: ['rows'], queryFn: load }).data}</p>;
}

it('is busy and hides what it holds until its first data is there', async () => {
  let answer!: (row: string) => void;
  const asked = new Promise<string>((resolve) => (answer = resolve));
  renderPage(
    <Page title="Rows">
      <Rows load={() => asked} />
    </Page>,
  );
  const page = screen.getByRole('banner').parentElement;
  const rows = screen.getByText('', { selector: 'p' });
  expect(page).toHaveAttribute('aria-busy', 'true');
  expect(rows).not.toBeVisible();

  answer('one row');

  await waitFor(() => expect(page).toHaveAttribute('aria-busy', 'false'));
  expect(screen.getByText('one row')).toBeVisible();
});
