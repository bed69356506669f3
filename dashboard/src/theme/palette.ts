/**
 * The colours of the product. `main` is for surfaces, marks and icons; `text` is the same hue where
 * it must be read: dark enough on light, light enough on dark (palette.test.ts measures it).
 */
export interface Tone {
  main: string;
  text: string;
  /** A tint that lies under `text`. */
  soft: string;
  contrastText: string;
}

export type ToneName = 'primary' | 'secondary' | 'error' | 'warning' | 'success';

export interface Palette {
  ground: string;
  surface: string;
  raised: string;
  line: string;
  text: string;
  muted: string;
  tones: Record<ToneName, Tone>;
}

export const light: Palette = {
  ground: '#f5f7f9',
  surface: '#ffffff',
  raised: '#ffffff',
  line: '#dfe4e9',
  text: '#16202a',
  muted: '#566472',
  tones: {
    primary: { main: '#007bff', text: '#0060c7', soft: '#e5f1ff', contrastText: '#ffffff' },
    secondary: { main: '#6c757d', text: '#535b62', soft: '#eceff1', contrastText: '#ffffff' },
    error: { main: '#dc3545', text: '#b02333', soft: '#fcebed', contrastText: '#ffffff' },
    warning: { main: '#ffc107', text: '#7d5a00', soft: '#fff5d6', contrastText: '#241a00' },
    success: { main: '#28a745', text: '#17702d', soft: '#e3f5e7', contrastText: '#06260e' },
  },
};

export const dark: Palette = {
  ground: '#0e1318',
  surface: '#151b22',
  raised: '#1b232c',
  line: '#2a343f',
  text: '#e4eaf0',
  muted: '#9aa8b5',
  tones: {
    primary: { main: '#4da3ff', text: '#7cbcff', soft: '#14304d', contrastText: '#04182c' },
    secondary: { main: '#98a2ab', text: '#b7c0c8', soft: '#262f38', contrastText: '#0e1318' },
    error: { main: '#f0616d', text: '#ff99a1', soft: '#431d23', contrastText: '#2b0509' },
    warning: { main: '#ffc107', text: '#ffd25c', soft: '#3b2f0d', contrastText: '#241a00' },
    success: { main: '#46c264', text: '#7fdb96', soft: '#143522', contrastText: '#052510' },
  },
};

/** The ratio of WCAG 2: 4.5 for text, 3 for marks. */
export function contrast(one: string, other: string): number {
  const [lighter, darker] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const channel = parseInt(colour.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
