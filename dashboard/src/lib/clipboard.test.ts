import { afterEach, describe, expect, it, vi } from 'vitest';

import { copy } from './clipboard';

function without(clipboard: unknown) {
  vi.stubGlobal('navigator', { ...navigator, clipboard });
}

afterEach(() => {
  vi.unstubAllGlobals();
  Reflect.deleteProperty(document, 'execCommand');
});

describe('copy', () => {
  it('takes the clipboard where there is one', async () => {
    const writeText = vi.fn().mockResolvedValue(undefined);
    without({ writeText });
    expect(await copy('one')).toBe(true);
    expect(writeText).toHaveBeenCalledWith('one');
  });

  it.each([
    ['there is none', undefined],
    ['it refuses', { writeText: () => Promise.reject(new Error('no')) }],
  ])('copies a selection where %s, and leaves nothing behind', async (_, clipboard) => {
    without(clipboard);
    let selected = '';
    document.execCommand = () => {
      selected = document.querySelector('textarea')?.value ?? '';
      return true;
    };
    expect(await copy('two')).toBe(true);
    expect(selected).toBe('two');
    expect(document.querySelector('textarea')).toBeNull();
  });

  it('says so where nothing helps', async () => {
    without(undefined);
    expect(await copy('three')).toBe(false);
  });
});
