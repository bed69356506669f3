import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';

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
    { value: 'confirmed', label: 'It happened', needs_evidence: false },
    { value: 'absent', label: 'It did not happen', needs_evidence: false },
  ],
  evidence: [],
  link: null,
  at_expiry: null,
  assigned_to: null,
  created_at: '2026-01-02T03:04:05Z',
  due_at: null,
  claimed_by: null,
  claimed_at: null,
  resolved_by: null,
  resolved_at: null,
  resolution: null,
  note: null,
};

const seen = (id: string, kind: string) => ({
  id,
  kind,
  title: 'a puzzle',
  address: 'http://127.0.0.1:9/web/challenge',
  subject_kind: 'task',
  bytes: 2048,
  added_by: 'retinue',
  created_at: '2026-01-02T03:04:05Z',
});

function show(item: Partial<InboxItem> = {}, path = '/?open=4') {
  const found = { ...ITEM, ...item };
  return renderPage(<InboxPage />, {
    path,
    api: {
      'GET /api/inbox': { items: [found], total: 1 },
      'GET /api/inbox/4': found,
      'POST /api/inbox/4/claim': { ...found, state: 'claimed' },
      'POST /api/inbox/4/resolve': { ...found, state: 'resolved' },
      'POST /api/inbox/4/assign': found,
      'GET /api/evidence': { items: [seen('e-2', 'page'), seen('e-1', 'picture')] },
      'GET /api/operators': {
        items: [
          { id: 1, username: 'anna', disabled_at: null },
          { id: 2, username: 'ben', disabled_at: null },
        ],
      },
    },
  });
}

/** In a window that is wide enough the item lies beside the list, and keys are for it. */
function widen() {
  const narrow = globalThis.matchMedia;
  vi.spyOn(globalThis, 'matchMedia').mockImplementation((query) => ({
    ...narrow(query),
    matches: query.includes('min-width'),
  }));
}

afterEach(() => vi.restoreAllMocks());

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

  it('asks for what shows that it is done, before it says so', async () => {
    widen();
    const choices = [
      { value: 'done', label: 'I have done it', needs_evidence: true },
      { value: 'not_done', label: 'It was not done', needs_evidence: false },
    ];
    const { asked } = show({ kind: 'assisted_task', choices, link: 'http://127.0.0.1:9/otter' });
    const decision = await screen.findByRole('form', { name: 'Decision' });
    expect(screen.getByRole('link', { name: /Open where it is done/ })).toHaveAttribute(
      'href',
      'http://127.0.0.1:9/otter',
    );

    await userEvent.keyboard('1');
    await userEvent.keyboard('{Enter}');
    expect(within(decision).getByText(/Say what shows it/)).toBeVisible();
    expect(within(decision).getByRole('textbox', { name: 'Note' })).toHaveFocus();
    await userEvent.keyboard('it says Following{Control>}{Enter}{/Control}');

    expect(await screen.findByText(`Settled: ${ITEM.title}`)).toBeVisible();
    expect(asked.find(({ path }) => path.endsWith('/resolve'))?.body).toEqual({
      resolution: 'done',
      note: 'it says Following',
    });
  });

  it('shows what was seen, large at a key', async () => {
    widen();
    show({ evidence: ['e-1', 'e-2'] });

    await screen.findByRole('button', { name: 'Show large: a puzzle' });
    expect(screen.getByRole('link', { name: /Save the page/ })).toHaveAttribute(
      'href',
      expect.stringMatching(/\/api\/evidence\/e-2\/file$/),
    );
    await userEvent.keyboard('v');
    expect(await screen.findByRole('dialog', { name: 'a puzzle' })).toBeVisible();
  });

  it('is for whom it is assigned to, and can be given to others', async () => {
    const { asked } = show({ assigned_to: 'operator:ben' });

    expect(await screen.findByText(/It waits for ben/)).toBeVisible();
    await userEvent.click(await screen.findByRole('button', { name: /For ben/ }));
    await userEvent.click(await screen.findByRole('menuitem', { name: 'anna' }));

    await screen.findByText('It waits for anna.');
    expect(asked.find(({ path }) => path.endsWith('/assign'))?.body).toEqual({ operator: 'anna' });
  });
});
