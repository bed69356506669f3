import { describe, expect, it } from 'vitest';

import { contrast, dark, light } from './palette';

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s scheme', (_, palette) => {
  const grounds = [palette.ground, palette.surface, palette.raised];

  it('can be read', () => {
    for (const ground of grounds) {
      expect(contrast(palette.text, ground)).toBeGreaterThanOrEqual(7);
      expect(contrast(palette.muted, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(Object.entries(palette.tones))('can be read in %s', (_name, tone) => {
    for (const ground of [...grounds, tone.soft]) {
      expect(contrast(tone.text, ground)).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('has text on warning, and on a button, that can be read', () => {
    const { warning, primary, error } = palette.tones;
    expect(contrast(warning.contrastText, warning.main)).toBeGreaterThanOrEqual(4.5);
    for (const tone of [primary, error]) {
      const filled = palette === light ? tone.text : tone.main;
      expect(contrast(tone.contrastText, filled)).toBeGreaterThanOrEqual(4.5);
    }
  });
});
