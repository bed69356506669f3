import { screen, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it } from 'vitest';

import type { Model } from '@/lib/api';
import { problem, renderPage } from '@/test';
import { sizeOf } from './Capacity';
import { QueuePage } from './QueuePage';
import { type Queue, troubleOf, type Worker } from './reading';

const worker = (more: Partial<Worker> = {}): Worker => ({
  id: 'w1',
  host: 'north',
  pid: 7,
  started_at: '2026-01-02T03:04:05Z',
  beat_at: '2026-01-02T03:04:05Z',
  places: 6,
  busy: 1,
  types: ['validate_account'],
  is_lost: false,
  ...more,
});
const queue = (more: Partial<Queue> = {}): Queue => ({
  at: '2026-01-02T03:04:05Z',
  depth: { '1': 0, '2': 0, '3': 0, '4': 0 },
  pending: 0,
  running: 0,
  waiting: [],
  oldest_due_at: null,
  running_tasks: [],
  workers: [worker()],
  completed_last_minute: 0,
  failed_last_minute: 0,
  completed_last_hour: 0,
  failed_last_hour: 0,
  runnable: ['validate_account'],
  ...more,
});
const follow: Model<'OperationCapacity'> = {
  operation: 'follow',
  types: ['follow'],
  accounts: 2,
  free_now: 0,
  next_free_at: '2100-01-01T00:00:00Z',
  asked: 100,
  seconds_until_done: 7200,
  pending: 3,
};
const capacity = { at: '2026-01-02T03:04:05Z', operations: [follow] };

describe('QueuePage', () => {
  it('says in words what waits, why and until when', async () => {
    const waiting = queue({
      pending: 3,
      waiting: [
        {
          waiting_for: 'rate_budget',
          number: 2,
          next_until: '2100-01-01T00:00:00Z',
          why: 'W1 has looked up 900 times.',
        },
        { waiting_for: 'paused', number: 1, next_until: null, why: 'W2 is paused by an operator.' },
      ],
    });
    renderPage(<QueuePage />, {
      api: { 'GET /api/queue': waiting, 'GET /api/queue/capacity': capacity },
    });

    const table = await screen.findByRole('table', { name: 'Waiting' });
    expect(within(table).getByText('For example: W1 has looked up 900 times.')).toBeVisible();
    expect(within(table).getByRole('timer')).toBeVisible();
    const paused = within(table).getByRole('row', { name: /W2 is paused by an operator/ });
    expect(within(paused).getByText('until resumed')).toBeVisible();
    expect(within(table).getByRole('link', { name: 'Room in the rate budget' })).toHaveAttribute(
      'href',
      '/tasks?status=pending&waiting_for=rate_budget',
    );
  });

  it('leads on from an empty queue', async () => {
    renderPage(<QueuePage />, {
      scopes: ['tasks:read', 'tasks:write', 'accounts:write'],
      api: { 'GET /api/queue': queue(), 'GET /api/queue/capacity': capacity },
    });

    expect(await screen.findByText('The queue is empty.')).toBeVisible();
    expect(screen.getByRole('link', { name: 'Validate accounts' })).toHaveAttribute(
      'href',
      '/accounts?do=validate',
    );
  });

  it('forecasts the batch that was typed', async () => {
    const { asked } = renderPage(<QueuePage />, {
      api: { 'GET /api/queue': queue(), 'GET /api/queue/capacity': capacity },
    });
    expect(await screen.findByText('about 2 h')).toBeVisible();
    const field = screen.getByLabelText('A batch of');
    await userEvent.clear(field);
    expect(screen.getByText('1 to 1,000')).toBeVisible();
    await userEvent.type(field, '250');

    await screen.findByText('about 2 h');
    expect(asked.map(({ query }) => query.get('batch'))).toContain('250');
  });

  it('shows why there is nothing to see', async () => {
    const refusal = problem(503, 'The database is being moved.');
    renderPage(<QueuePage />, {
      api: { 'GET /api/queue': () => refusal.clone(), 'GET /api/queue/capacity': capacity },
    });

    expect(await screen.findByText('The database is being moved.')).toBeVisible();
  });
});

describe('troubleOf', () => {
  it('speaks up where nobody takes what waits', () => {
    expect(troubleOf(queue({ workers: [] }))).toBeNull();
    expect(troubleOf(queue({ pending: 1, workers: [worker({ is_lost: true })] }))).toContain(
      'No worker is alive',
    );
    expect(
      troubleOf(queue({ pending: 1, workers: [worker(), worker({ id: 'w2', is_lost: true })] })),
    ).toContain('1 worker fell silent');
    expect(troubleOf(queue({ pending: 1 }))).toBeNull();
  });
});

describe('sizeOf', () => {
  it('takes whole numbers that a batch may have', () => {
    expect(['1', ' 1000 ', '0', '1001', '2.5', '', 'x'].map(sizeOf)).toEqual([
      1,
      1000,
      null,
      null,
      null,
      null,
      null,
    ]);
  });
});
