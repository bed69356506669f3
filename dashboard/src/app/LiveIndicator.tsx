import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Tooltip from '@mui/material/Tooltip';
import { useEffect, useRef } from 'react';

import { useLive } from '@/lib/live';
import { plural } from '@/lib/numbers';
import { useNow } from '@/lib/time';
import type { ToneName } from '@/theme/palette';

/** Milliseconds after a lost connection is back in which a click was meant for the word before. */
const GRACE = 800;

/** Whether what is shown is kept true. A click holds it still, or lets it go on, or tries again. */
export function LiveIndicator() {
  const { status, isPaused, waiting, pause, resume, connectNow } = useLive();
  const now = useNow();
  const isLost = status.state === 'reconnecting' || status.state === 'offline';
  const cameBack = useRef(-Infinity);
  useEffect(() => {
    if (!isLost) return;
    return () => {
      cameBack.current = performance.now();
    };
  }, [isLost]);
  const look = lookOf();
  return (
    <Tooltip title={look.hint}>
      <Button
        onClick={look.act}
        aria-label={`${look.label}. ${look.hint}`}
        // As wide as its first word, so that its neighbours stay where they are.
        sx={{ color: 'text.primary', px: 1, minWidth: { xs: 0, sm: 98 }, justifyContent: 'end' }}
      >
        <Box
          aria-hidden
          sx={{
            width: 8,
            height: 8,
            borderRadius: status.state === 'offline' ? 0.25 : 4,
            mr: { xs: 0, sm: 0.75 },
            bgcolor: `${look.tone}.main`,
            boxShadow:
              look.tone === 'success' ? '0 0 0 3px var(--rt-palette-success-soft)' : 'none',
          }}
        />
        <Box component="span" aria-hidden sx={{ display: { xs: 'none', sm: 'inline' } }}>
          {look.label}
        </Box>
      </Button>
    </Tooltip>
  );

  function lookOf(): { tone: ToneName; label: string; hint: string; act: () => void } {
    if (isPaused) {
      const label = waiting > 0 ? `Held, ${plural(waiting, 'change')}` : 'Held';
      return {
        tone: 'warning',
        label,
        hint: 'The page holds still. Click to show what came.',
        act: resume,
      };
    }
    if (status.state === 'live') {
      return {
        tone: 'success',
        label: 'Live',
        hint: 'Changes show as they happen. Click to hold the page still.',
        act: () => performance.now() - cameBack.current > GRACE && pause(),
      };
    }
    if (status.state === 'offline') {
      return {
        tone: 'error',
        label: 'Offline',
        hint: 'This browser has no network. What you see is old.',
        act: connectNow,
      };
    }
    if (status.state === 'connecting') {
      return {
        tone: 'secondary',
        label: 'Connecting',
        hint: 'The first connection is being made.',
        act: connectNow,
      };
    }
    const seconds = Math.max(0, Math.ceil((status.at - now) / 1000));
    return {
      tone: 'warning',
      label: seconds > 0 ? `Reconnecting in ${seconds} s` : 'Reconnecting',
      hint: 'The connection is gone and what you see may be old. Click to try now.',
      act: connectNow,
    };
  }
}
