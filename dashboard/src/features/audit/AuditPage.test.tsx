import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

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

    expect(await screen.findByRole('dialog', { name: 'settings.changed' })).toHaveTextContent(
      '"cooldown_minutes": 60',
    );
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
