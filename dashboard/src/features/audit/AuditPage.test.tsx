import { screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { writePreference } from '@/lib/preferences';
import { problem, renderPage } from '@/test';
import { AuditPage } from './AuditPage';

const ENTRY = {
  id: 7,
  at: '2026-01-02T03:04:05Z',
  actor: 'operator:anna',
  action: 'settings.changed',
  subject_kind: 'settings',
  subject_id: '1',
  reason: null,
  before: { cooldown_minutes: 45 },
  after: { cooldown_minutes: 60 },
  request_id: null,
  address: null,
  hash: 'f'.repeat(64),
};

describe('AuditPage', () => {
  it('asks for what the address says', async () => {
    const { asked } = renderPage(<AuditPage />, {
      path: '/?actor=anna',
      api: { 'GET /api/audit': { items: [ENTRY] } },
    });

    expect(await screen.findByText('settings.changed')).toBeVisible();
    expect(asked[0]?.query.get('actor')).toBe('anna');
    expect(asked[0]?.query.get('limit')).toBe('100');
  });

  it('shows the entry that the address names', async () => {
    renderPage(<AuditPage />, { path: '/?open=7', api: { 'GET /api/audit': { items: [ENTRY] } } });

    const dialog = await screen.findByRole('dialog', { name: 'settings.changed' });
    expect(within(dialog).getByRole('row', { name: 'cooldown_minutes 45 60' })).toBeVisible();
  });

  it('reads the times of the address in the zone of the page', async () => {
    writePreference('zone', 'UTC');
    const { asked } = renderPage(<AuditPage />, {
      path: '/?since=2026-01-02T03:00&subject_kind=account',
      api: { 'GET /api/audit': { items: [] } },
    });

    expect(await screen.findByText('Nothing matches these filters.')).toBeVisible();
    expect(asked[0]?.query.get('since')).toBe('2026-01-02T03:00:00.000Z');
    expect(asked[0]?.query.get('subject_kind')).toBe('account');
  });

  it('leads from an entry to all about the same thing', async () => {
    renderPage(<AuditPage />, {
      path: '/?open=7&actor=operator:anna',
      api: { 'GET /api/audit': { items: [ENTRY] } },
    });

    await userEvent.click(await screen.findByRole('button', { name: 'All about settings 1' }));

    await waitFor(() => {
      const { search } = location;
      expect(search).toContain('subject_kind=settings');
      expect(search).toContain('subject_id=1');
      expect(search).not.toContain('actor');
      expect(search).not.toContain('open');
    });
  });

  it.each([
    [{ ok: true, entries: 1234, first_broken_id: null }, /All 1,234 entries are as written/],
    [
      { ok: false, entries: 6, first_broken_id: 7 },
      /Entry 7 does not follow.*The 6 entries before/,
    ],
  ])('says plainly whether the log is whole', async (verdict, said) => {
    renderPage(<AuditPage />, {
      api: { 'GET /api/audit': { items: [ENTRY] }, 'GET /api/audit/verify': verdict },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Verify the log' }));

    expect(await screen.findByRole('status')).toHaveTextContent(said);
  });

  it('says under which trace id the log has a failure, and tries again', async () => {
    let isBroken = true;
    renderPage(<AuditPage />, {
      api: {
        'GET /api/audit': () =>
          isBroken ? problem(500, 'Something went wrong.') : { items: [ENTRY] },
      },
    });

    expect(await screen.findByText('Something went wrong.')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Copy trace-1' })).toBeVisible();
    isBroken = false;
    await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByText('settings.changed')).toBeVisible();
  });
});
