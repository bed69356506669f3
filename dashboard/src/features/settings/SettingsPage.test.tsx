import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import { problem, renderPage } from '@/test';
import { SettingsPage } from './SettingsPage';

const limit = { per_hour: 50, per_day: 400, seconds_apart: 60 };
const SETTINGS = {
  version: 3,
  reengagement_days: 30,
  reengagement_days_by_action: { like: 7 },
  dedup_scope: 'account',
  rate_limit_steps: [60, 120, 300, 600],
  cooldown_after_consecutive: 3,
  cooldown_minutes: 45,
  cache_seconds: 300,
  limits: { follow: limit, like: limit, comment: limit, view: limit, other: limit },
  lookups_per_15_minutes: 900,
  lookups_per_account: 100,
  validation_concurrency: 6,
  engage_before_warm_up: false,
  trace_days: 30,
  ramp: {
    enabled: true,
    all_accounts: false,
    curve: [
      { day: 1, share: 0.1 },
      { day: 30, share: 1 },
    ],
    trouble_share: 0.5,
    trouble_hours: 24,
  },
  recovery: { automatic: true },
  upkeep: { enabled: true, cookies_hours: 24, validation_hours: 24 },
  mail: { servers: {}, senders: ['codes.example'], wait_seconds: 120 },
  proxies: { check_minutes: 15, history_days: 7 },
  evidence: { keep_days: 30 },
};

function show(put: () => unknown = () => ({ ...SETTINGS, version: 4 })) {
  return renderPage(<SettingsPage />, {
    api: { 'GET /api/settings': SETTINGS, 'PUT /api/settings': put },
  });
}

async function type(label: string, text: string) {
  const field = await screen.findByRole('textbox', { name: label });
  await userEvent.clear(field);
  if (text !== '') await userEvent.type(field, text);
}

describe('SettingsPage', () => {
  it('sends only what has changed, and lets an action fall back to the common days', async () => {
    const { asked } = show();
    await type('Cooldown lasts', '60');
    await type('Follow an hour', '20');
    await type('Days before the same person again: Like', '');
    expect(screen.getByText('3 changes not saved.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));

    await screen.findByText(/3 settings are changed, as version 4/);
    expect(asked.find((call) => call.method === 'PUT')?.body).toEqual({
      cooldown_minutes: 60,
      limits: { follow: { per_hour: 20 } },
      reengagement_days_by_action: { like: null },
    });
  });

  it('sends what keeps accounts open by its groups, and leaves what it does not show', async () => {
    const { asked } = show();
    await type('Cookies refreshed after', '12');
    await type('Codes may also come from', 'codes.example, no-reply@other.example');
    await userEvent.click(screen.getByRole('switch', { name: /are recovered by themselves/ }));
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));

    await screen.findByText(/3 settings are changed, as version 4/);
    expect(asked.find((call) => call.method === 'PUT')?.body).toEqual({
      recovery: { automatic: false },
      upkeep: { cookies_hours: 12 },
      mail: { senders: ['codes.example', 'no-reply@other.example'] },
    });
  });

  it('says in words what the values in the form would mean', async () => {
    show();
    await type('Cooldown lasts', '90');

    expect(screen.getByText(/The third time in a row it rests for 1 h 30 min/)).toBeVisible();
  });

  it('sends the curve of young accounts as points, and says what it means', async () => {
    const { asked } = show();
    await type('Share by day', '1:25, 10:100');
    expect(
      screen.getByText(/begins with 25 % of its limits \(100 of 400 likes a day\)/),
    ).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));

    await screen.findByText(/One setting is changed, as version 4/);
    expect(asked.find((call) => call.method === 'PUT')?.body).toEqual({
      ramp: {
        curve: [
          { day: 1, share: 0.25 },
          { day: 10, share: 1 },
        ],
      },
    });
  });

  it('shows a refusal at the field that it names', async () => {
    show(() =>
      problem(422, 'Two values cannot be used.', {
        errors: [
          { loc: ['rate_limit_steps', 1], msg: 'input should be at least 1' },
          { loc: ['limits', 'like', 'per_day'], msg: 'input should be a valid integer' },
        ],
      }),
    );
    await type('Waits, one after the other', '60, 0');
    await type('Like a day', 'many');
    await userEvent.click(screen.getByRole('button', { name: 'Save' }));

    expect(await screen.findByText('input should be at least 1')).toBeVisible();
    expect(screen.getByRole('textbox', { name: 'Like a day' })).toHaveAccessibleDescription(
      'input should be a valid integer',
    );
  });

  it('takes back what was typed', async () => {
    show();
    await type('Cooldown lasts', '60');
    await userEvent.click(screen.getByRole('button', { name: 'Discard' }));

    expect(screen.getByRole('textbox', { name: 'Cooldown lasts' })).toHaveValue('45');
    expect(screen.getByText('Nothing is changed.')).toBeVisible();
  });
});
