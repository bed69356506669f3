import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import type { InboxItem } from '@/lib/api';
import { renderPage } from '@/test';
import { InboxPage } from './InboxPage';

const ITEM: InboxItem = {
  id: 4,
  kind: 'unknown_outcome',
  state: 'open',
  account_id: 2,
  account: 'ava',
  subject_kind: 'attempt',
  subject_id: 'a-1',
  title: 'Did ava comment on what otter posted?',
  instructions: 'Look at the post and decide.',
  details: { action: 'comment' },
  choices: [
    { value: 'confirmed', label: 'It happened' },
    { value: 'absent', label: 'It did not happen' },
  ],
  created_at: '2026-01-02T03:04:05Z',
  due_at: null,
  claimed_by: null,
  claimed_at: null,
  resolved_by: null,
  resolved_at: null,
  resolution: null,
  note: null,
};

function show(item: Partial<InboxItem> = {}, path = '/?open=4') {
  const found = { ...ITEM, ...item };
  return renderPage(<InboxPage />, {
    path,
    api: {
      'GET /api/inbox': { items: [found], total: 1 },
      'GET /api/inbox/4': found,
      'POST /api/inbox/4/claim': { ...found, state: 'claimed' },
      'POST /api/inbox/4/resolve': { ...found, state: 'resolved' },
    },
  });
}

describe('InboxPage', () => {
  it('asks for what waits, whoever is at it', async () => {
    const { asked } = show({}, '/');

    expect(await screen.findByText(ITEM.title)).toBeVisible();
    expect(asked[0]?.query.getAll('state')).toEqual(['open', 'claimed']);
  });

  it('settles an item with the choice and the note', async () => {
    const { asked } = show();
    const decision = await screen.findByRole('form', { name: 'Decision' });
    expect(within(decision).getByRole('button', { name: 'Settle' })).toBeDisabled();
    await userEvent.click(within(decision).getByRole('radio', { name: /It did not happen/ }));
    await userEvent.type(within(decision).getByRole('textbox', { name: 'Note' }), 'looked');
    await userEvent.click(within(decision).getByRole('button', { name: 'Settle' }));

    expect(await screen.findByText(`Settled: ${ITEM.title}`)).toBeVisible();
    expect(asked.find(({ path }) => path.endsWith('/resolve'))?.body).toEqual({
      resolution: 'absent',
      note: 'looked',
    });
  });

  it('is not decided while somebody else is at it', async () => {
    const { asked } = show({ state: 'claimed', claimed_by: 'operator:ben' });

    expect(await screen.findByText(/operator:ben is at it/)).toBeVisible();
    expect(screen.getByRole('radio', { name: /It happened/ })).toBeDisabled();
    await userEvent.click(screen.getByRole('button', { name: /Take it over/ }));
    await screen.findByText('You have taken it over.');
    expect(asked.find(({ path }) => path.endsWith('/claim'))?.body).toEqual({
      release: false,
      take_over: true,
    });
  });
});
