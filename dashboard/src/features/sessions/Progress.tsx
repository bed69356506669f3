import Box from '@mui/material/Box';
import LinearProgress from '@mui/material/LinearProgress';

import type { EngagementSession } from '@/lib/api';

/** How far the session's job is, what it is, and whom it looks at. Its height stays the same. */
export function Progress({ session }: { session: EngagementSession }) {
  return (
    <Box sx={{ display: 'grid', gap: 0.5, minWidth: 0 }}>
      <Box sx={{ display: 'flex', gap: 1, fontSize: '0.8125rem', minHeight: 20, minWidth: 0 }}>
        <Cut text={session.current_job ?? 'No job at the moment'} />
        <Box component="span" sx={{ color: 'text.secondary', flexShrink: 0 }}>
          {session.progress} %
        </Box>
      </Box>
      <LinearProgress
        variant="determinate"
        value={session.progress}
        aria-label={`Progress of ${session.account}`}
        sx={{ height: 4, borderRadius: 2, bgcolor: 'divider' }}
      />
      <Box sx={{ display: 'flex', fontSize: '0.75rem', color: 'text.secondary', minHeight: 18 }}>
        <Cut text={session.current_target ? `With @${session.current_target}` : 'With nobody'} />
      </Box>
    </Box>
  );
}

function Cut({ text }: { text: string }) {
  return (
    <Box
      component="span"
      title={text}
      sx={{
        flex: 1,
        minWidth: 0,
        overflow: 'hidden',
        textOverflow: 'ellipsis',
        whiteSpace: 'nowrap',
      }}
    >
      {text}
    </Box>
  );
}
