import { createTheme, type PaletteOptions, type Theme } from '@mui/material/styles';

import { overrides } from './overrides';
import { dark, light, type Palette, type ToneName } from './palette';

export const SANS = "'Inter', system-ui, -apple-system, 'Segoe UI', 'Liberation Sans', sans-serif";
export const MONO = "ui-monospace, 'SF Mono', 'Cascadia Mono', 'DejaVu Sans Mono', monospace";

declare module '@mui/material/styles' {
  interface PaletteColor {
    /** The colour as text on any ground of the page. */
    text: string;
    /** A tint that lies under `text`. */
    soft: string;
  }
  interface SimplePaletteColorOptions {
    text?: string;
    soft?: string;
  }
  interface TypeBackground {
    raised: string;
  }
}

function paletteOf(source: Palette, scheme: 'light' | 'dark'): PaletteOptions {
  const colour = (name: ToneName) => {
    const { main, text, soft, contrastText } = source.tones[name];
    // A filled button of the light scheme is the darker text colour: white on #007bff cannot be read well.
    const filled = scheme === 'light' && (name === 'primary' || name === 'error') ? text : main;
    return { main, text, soft, contrastText, light: main, dark: filled };
  };
  return {
    primary: colour('primary'),
    secondary: colour('secondary'),
    error: colour('error'),
    warning: colour('warning'),
    success: colour('success'),
    info: colour('primary'),
    background: { default: source.ground, paper: source.surface, raised: source.raised },
    text: { primary: source.text, secondary: source.muted },
    divider: source.line,
    action: { active: source.muted },
  };
}

export const theme: Theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-scheme', cssVarPrefix: 'rt' },
  colorSchemes: {
    light: { palette: paletteOf(light, 'light') },
    dark: { palette: paletteOf(dark, 'dark') },
  },
  shape: { borderRadius: 6 },
  spacing: 8,
  typography: {
    fontFamily: SANS,
    fontSize: 13,
    htmlFontSize: 16,
    h1: { fontSize: '1.25rem', fontWeight: 650, lineHeight: 1.3, letterSpacing: '-0.01em' },
    h2: { fontSize: '0.9375rem', fontWeight: 600, lineHeight: 1.4 },
    h3: { fontSize: '0.8125rem', fontWeight: 600, lineHeight: 1.4 },
    body1: { fontSize: '0.84375rem', lineHeight: 1.5 },
    body2: { fontSize: '0.8125rem', lineHeight: 1.5 },
    caption: { fontSize: '0.75rem', lineHeight: 1.4 },
    button: { fontSize: '0.8125rem', fontWeight: 550, textTransform: 'none' },
  },
  components: overrides,
});
