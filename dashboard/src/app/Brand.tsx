import Box from '@mui/material/Box';

/** Three who stand together: the mark of the product. */
export function Brand({ isNarrow }: { isNarrow: boolean }) {
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 1,
        height: 48,
        px: 1.75,
        mb: 0.5,
        flexShrink: 0,
      }}
    >
      <Box
        component="svg"
        viewBox="0 0 32 32"
        aria-hidden
        sx={{ width: 26, height: 26, flexShrink: 0 }}
      >
        <rect width="32" height="32" rx="7" fill="#007bff" />
        <circle cx="16" cy="11" r="4.2" fill="#fff" />
        <path d="M8 24.5c0-4.6 3.4-7.6 8-7.6s8 3 8 7.600z" fill="#fff" />
        <path
          d="M5.500 21.500c.3-3 1.700-4.900 3.900-5.600M26.500 21.500c-.3-3-1.700-4.900-3.900-5.600"
          stroke="#fff"
          strokeWidth="2"
          strokeLinecap="round"
          fill="none"
          opacity=".65"
        />
      </Box>
      {!isNarrow && (
        <Box
          component="span"
          sx={{ fontWeight: 700, fontSize: '0.9375rem', letterSpacing: '-0.01em' }}
        >
          Retinue
        </Box>
      )}
    </Box>
  );
}
