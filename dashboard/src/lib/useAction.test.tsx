import { screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';

import { renderPage } from '@/test';
import { ApiError } from './api';
import { useAction } from './useAction';

interface ChangeProps {
  run: () => Promise<string>;
  undo?: () => Promise<void>;
}

function Change({ run, undo }: ChangeProps) {
  const change = useAction({
    run: (_name: string) => run(),
    done: (result, name) => `${name} is ${result}.`,
    failed: 'It was not changed.',
    undo,
    touches: [],
  });
  return <button onClick={() => change.mutate('otter')}>Change</button>;
}

describe('useAction', () => {
  it('says what was done, and takes it back', async () => {
    const undo = vi.fn(() => Promise.resolve());
    renderPage(<Change run={() => Promise.resolve('paused')} undo={undo} />);
    await userEvent.click(screen.getByRole('button', { name: 'Change' }));

    expect(await screen.findByText('otter is paused.')).toBeVisible();
    await userEvent.click(screen.getByRole('button', { name: 'Undo' }));
    expect(undo).toHaveBeenCalledOnce();
    expect(await screen.findByText('Taken back.')).toBeVisible();
  });

  it('says what was refused, with the trace id', async () => {
    const refusal = new ApiError('It is busy.', { status: 409, traceId: 'abc' });
    renderPage(<Change run={() => Promise.reject(refusal)} />);
    await userEvent.click(screen.getByRole('button', { name: 'Change' }));

    expect(await screen.findByText('It was not changed.')).toBeVisible();
    expect(screen.getByText('It is busy. (trace abc)')).toBeVisible();
  });
});
