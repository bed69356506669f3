import type { ToneName } from '@/theme/palette';

const TONES: ToneName[] = ['primary', 'success', 'error', 'secondary'];

/** Four colours, and the same four dashed: a line is known by more than its colour. */
export function lookOf(index: number): { colour: string; dash: string | undefined } {
  const tone = TONES[index % TONES.length] ?? 'primary';
  return {
    colour: `var(--rt-palette-${tone}-main)`,
    dash: index >= TONES.length ? '5 4' : undefined,
  };
}
