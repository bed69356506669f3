import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Check from '@mui/icons-material/Check';
import ContentCopy from '@mui/icons-material/ContentCopy';
import { useState } from 'react';

import { copy } from '@/lib/clipboard';
import { MONO } from '@/theme/theme';

/** An id or a command that is copied by a click. */
export function CopyText({ text, shown }: { text: string; shown?: string }) {
  const [isCopied, setCopied] = useState(false);
  const take = async () => {
    if (!(await copy(text))) return;
    setCopied(true);
    setTimeout(() => setCopied(false), 1500);
  };
  const Icon = isCopied ? Check : ContentCopy;
  return (
    <ButtonBase
      onClick={() => void take()}
      aria-label={isCopied ? 'Copied' : (shown ?? `Copy ${text}`)}
      sx={{
        gap: 0.5,
        borderRadius: 0.5,
        px: 0.25,
        fontFamily: MONO,
        fontSize: '0.75rem',
        minHeight: 24,
      }}
    >
      <Box component="span" sx={{ overflowWrap: 'anywhere', textAlign: 'left' }}>
        {shown ?? text}
      </Box>
      <Icon sx={{ fontSize: 13, opacity: 0.7 }} />
    </ButtonBase>
  );
}
