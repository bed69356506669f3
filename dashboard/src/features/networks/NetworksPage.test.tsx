import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { renderPage } from '@/test';
import { rowsOf } from './Compared';
import { NetworksPage } from './NetworksPage';
import type { Network } from './queries';

const FOLLOW = {
  name: 'follow' as const,
  title: 'Follow somebody',
  reason: 'Only with an enterprise agreement.',
  limit: null,
  performed: true,
};
const NETWORK: Network = {
  name: 'sandgram',
  title: 'Sandgram',
  state: 'connected',
  is_live: false,
  base_url: 'http://127.0.0.1:8900',
  tier: null,
  client_id: null,
  has_client_secret: false,
  takes_tokens: false,
  problem: null,
  reason: null,
  changed_by: null,
  changed_at: null,
  accounts: { total: 20, authorised: 0, needs_person: 0 },
  capabilities: [{ ...FOLLOW, level: 'official', reason: 'By its interface.' }],
};
const X: Network = {
  ...NETWORK,
  name: 'x',
  title: 'X',
  state: 'disconnected',
  takes_tokens: true,
  base_url: null,
  accounts: { total: 1, authorised: 0, needs_person: 1 },
  capabilities: [{ ...FOLLOW, level: 'assisted' }],
};
const api = {
  'GET /api/networks': { items: [NETWORK, X], total: 2 },
  'GET /api/networks/x/grants': { items: [], total: 0 },
  'POST /api/networks/x/connect': { ...X, state: 'connected' },
};

describe('NetworksPage', () => {
  it('shows the same capability on every network', async () => {
    renderPage(<NetworksPage />, { api });

    const table = await screen.findByRole('table', { name: 'Capabilities by network' });
    const [, row] = within(table).getAllByRole('row');
    expect(within(row as HTMLElement).getByText('Official')).toBeVisible();
    expect(within(row as HTMLElement).getByText('Assisted')).toBeVisible();
  });

  it('connects with an app and a reason', async () => {
    const { asked } = renderPage(<NetworksPage />, { api });
    await userEvent.click(await screen.findByRole('button', { name: 'Connect X' }));
    const dialog = await screen.findByRole('dialog', { name: 'Connect X' });
    await userEvent.type(within(dialog).getByLabelText('Client id'), 'app-1');
    await userEvent.type(within(dialog).getByLabelText(/Reason/), 'our own app');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Connect' }));

    expect(await screen.findByText('X is connected.')).toBeVisible();
    expect(asked.find(({ method }) => method === 'POST')?.body).toEqual({
      base_url: null,
      tier: 'self_serve',
      client_id: 'app-1',
      client_secret: null,
      reason: 'our own app',
    });
  });

  it('says why, and who is authorised, on the tab of a network', async () => {
    renderPage(<NetworksPage />, { api, path: '/?network=x' });

    expect(await screen.findByText('Only with an enterprise agreement.')).toBeVisible();
    expect(await screen.findByText('No account is authorised yet.')).toBeVisible();
  });
});

describe('AuthoriseDialog', () => {
  it('leads the owner to where they let the app in, and takes what came back', async () => {
    const url = 'http://127.0.0.1:9/x/authorize?state=1';
    const { asked } = renderPage(<NetworksPage />, {
      path: '/?network=x',
      api: {
        ...api,
        'GET /api/accounts': { items: [{ id: 7, login: 'ava', health: 'ok', paused: false }] },
        'GET /api/networks/x/grants/7/invitation': {
          login: 'ava',
          url,
          expires_at: '2099-01-01T00:00:00Z',
        },
        'POST /api/networks/x/grants/complete': { login: 'ava' },
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Authorise an account' }));
    const dialog = await screen.findByRole('dialog', { name: 'Authorise an account on X' });
    await userEvent.type(within(dialog).getByRole('combobox', { name: 'Account' }), 'av');
    await userEvent.click(await screen.findByRole('option', { name: /ava/ }));
    await userEvent.click(
      within(dialog).getByRole('button', { name: 'Make a link for the owner' }),
    );

    const link = await within(dialog).findByRole('link', { name: 'Let the app in as ava' });
    expect(link).toHaveAttribute('href', url);
    await userEvent.type(within(dialog).getByLabelText(/led back to/), 'http://here/?code=c');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Authorise' }));
    expect(await screen.findByText('ava is authorised.')).toBeVisible();
    expect(asked.find(({ path }) => path.endsWith('/complete'))?.body).toEqual({
      address: 'http://here/?code=c',
    });
  });
});

describe('rowsOf', () => {
  it('has one row for each capability, however many name it', () => {
    expect(rowsOf([NETWORK, X])).toHaveLength(1);
  });
});
