import { screen, within } from '@testing-library/react';
import { describe, expect, it } from 'vitest';

import { renderPage } from '@/test';
import { Forecast } from './Forecast';

const DAY = 86_400_000;
const START = Date.parse('2026-01-31T12:00:00Z');

function forecast(share: (ahead: number) => number, more: object = {}) {
  return {
    account_id: 7,
    account: 'ava',
    ramps: share(0) < 1,
    reason: 'day 4 after warm-up',
    active_since: '2026-01-28T12:00:00Z',
    warmed_up_at: '2026-01-28T12:00:00Z',
    full_at: null,
    trouble_until: null,
    caps: { like: { per_hour: 60, per_day: 500 } },
    days: Array.from({ length: 30 }, (_, ahead) => ({
      begins_at: new Date(START + ahead * DAY).toISOString(),
      day: ahead + 4,
      share: share(ahead),
      limits: { like: { per_hour: 6, per_day: Math.round(500 * share(ahead)) } },
    })),
    ...more,
  };
}

const show = (answer: object) =>
  renderPage(<Forecast accountId={7} />, { api: { 'GET /api/accounts/7/forecast': answer } });

describe('Forecast', () => {
  it('shows how limits grow, and why they are what they are', async () => {
    show(forecast((ahead) => Math.min(1, 0.2375 + ahead * 0.03)));

    const table = await screen.findByRole('table', { name: 'Limits a day' });
    expect(within(table).getAllByRole('row')).toHaveLength(9);
    expect(within(table).getByText('119')).toBeVisible();
    expect(within(table).getByText('500')).toBeVisible();
    expect(screen.getByText('Day 4 after warm-up')).toBeVisible();
    expect(
      screen.getByRole('img', { name: 'Share of the limits, from 24 % today to 100 % in 30 days' }),
    ).toBeVisible();
  });

  it('says in a line what an account may do that has its whole limits', async () => {
    show(forecast(() => 1, { reason: 'whole limits: it is old enough' }));

    expect(await screen.findByText('A day: Like 500')).toBeVisible();
    expect(screen.queryByRole('table')).toBeNull();
  });
});
