import type { Components, CssVarsTheme, Theme } from '@mui/material/styles';

type Overrides = Components<Omit<Theme, 'components'> & CssVarsTheme>;

/** Dense and flat: lines instead of shadows, and small controls everywhere without asking for them. */
export const overrides: Overrides = {
  MuiCssBaseline: {
    styleOverrides: {
      body: { fontVariantNumeric: 'tabular-nums', overflowX: 'hidden' },
      // The ring shows on whatever has the keyboard, and only then.
      ':focus-visible': { outlineOffset: 2 },
      a: { color: 'inherit' },
    },
  },
  MuiButtonBase: {
    defaultProps: { disableRipple: true },
    styleOverrides: {
      root: ({ theme }) => ({
        // Browsers give buttons a font of their own.
        fontFamily: 'inherit',
        '&.Mui-focusVisible': {
          outline: `2px solid ${theme.vars.palette.primary.main}`,
          outlineOffset: 1,
        },
      }),
    },
  },
  MuiButton: {
    defaultProps: { size: 'small', disableElevation: true },
    styleOverrides: {
      root: { minHeight: 32, paddingInline: 12, whiteSpace: 'nowrap' },
      contained: ({ theme, ownerState }) => {
        if (ownerState.color !== 'primary' && ownerState.color !== 'error') return {};
        const { dark } = theme.vars.palette[ownerState.color];
        return {
          backgroundColor: dark,
          '&:hover': { filter: 'brightness(0.92)', backgroundColor: dark },
        };
      },
      // A frame is enough to be found: the colour is kept for what matters.
      outlined: ({ theme, ownerState }) => ({
        borderColor: theme.vars.palette.divider,
        backgroundColor: theme.vars.palette.background.paper,
        color:
          ownerState.color === 'error'
            ? theme.vars.palette.error.text
            : theme.vars.palette.text.primary,
      }),
      text: ({ theme, ownerState }) => ({
        color: toneText(theme, ownerState.color) ?? theme.vars.palette.text.primary,
      }),
    },
  },
  MuiFormLabel: {
    styleOverrides: {
      // A label is words: its colour is the one that can be read.
      root: ({ theme }) => ({
        '&.Mui-focused:not(.Mui-error)': { color: theme.vars.palette.primary.text },
      }),
    },
  },
  MuiIconButton: {
    defaultProps: { size: 'small' },
    styleOverrides: { root: { borderRadius: 6, minWidth: 32, minHeight: 32 } },
  },
  MuiLink: {
    defaultProps: { underline: 'hover', color: 'primary.text' },
    // Inside of text, colour alone would hide a link from those who do not see it.
    styleOverrides: {
      root: {
        'p &, div.MuiTypography-root &, .MuiAlert-message &': { textDecoration: 'underline' },
      },
    },
  },
  MuiPaper: {
    defaultProps: { elevation: 0 },
    styleOverrides: { root: { backgroundImage: 'none' } },
  },
  MuiCard: { defaultProps: { variant: 'outlined' } },
  MuiTextField: { defaultProps: { size: 'small' } },
  MuiFormControl: { defaultProps: { size: 'small' } },
  MuiSelect: { defaultProps: { size: 'small' } },
  MuiOutlinedInput: {
    styleOverrides: {
      root: ({ theme }) => ({
        backgroundColor: theme.vars.palette.background.paper,
        '& .MuiOutlinedInput-notchedOutline': { borderColor: theme.vars.palette.divider },
      }),
    },
  },
  MuiTooltip: {
    defaultProps: { enterDelay: 400, arrow: false },
    styleOverrides: { tooltip: { fontSize: '0.75rem', fontWeight: 450, maxWidth: 380 } },
  },
  MuiChip: { defaultProps: { size: 'small' }, styleOverrides: { root: { borderRadius: 6 } } },
  MuiMenu: {
    styleOverrides: { paper: raised },
    defaultProps: { slotProps: { list: { dense: true } } },
  },
  MuiPopover: { styleOverrides: { paper: raised } },
  MuiAutocomplete: { styleOverrides: { paper: raised } },
  MuiDialog: { styleOverrides: { paper: raised } },
  MuiDialogTitle: { styleOverrides: { root: { fontSize: '1rem', fontWeight: 600 } } },
  MuiMenuItem: { styleOverrides: { root: { fontSize: '0.8125rem', minHeight: 32 } } },
  MuiTab: {
    styleOverrides: {
      root: ({ theme }) => ({
        minHeight: 40,
        paddingInline: 12,
        minWidth: 0,
        '&.Mui-selected': { color: theme.vars.palette.primary.text },
      }),
    },
  },
  MuiTabs: { styleOverrides: { root: { minHeight: 40 } } },
  MuiTableCell: {
    styleOverrides: {
      root: ({ theme }) => ({ padding: '7px 12px', borderColor: theme.vars.palette.divider }),
      head: ({ theme }) => ({
        color: theme.vars.palette.text.secondary,
        fontSize: '0.75rem',
        fontWeight: 550,
        whiteSpace: 'nowrap',
      }),
    },
  },
  MuiAlert: { styleOverrides: { root: { alignItems: 'center', paddingBlock: 4 } } },
};

function raised({ theme }: { theme: Omit<Theme, 'components'> & CssVarsTheme }) {
  return {
    backgroundColor: theme.vars.palette.background.raised,
    border: `1px solid ${theme.vars.palette.divider}`,
    boxShadow: '0 8px 28px rgb(0 0 0 / 0.16)',
  };
}

function toneText(theme: CssVarsTheme, colour: string | undefined): string | null {
  const tones = ['primary', 'error', 'warning', 'success', 'info'] as const;
  const tone = tones.find((name) => name === colour);
  return tone === undefined ? null : theme.vars.palette[tone].text;
}
