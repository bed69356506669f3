import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Skeleton from '@mui/material/Skeleton';
import Typography from '@mui/material/Typography';
import { useQueries, useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { ErrorPanel } from '@/components/ErrorPanel';
import type { EngagementSession } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { OPEN, sessionQuery, sessionsQuery } from './queries';
import { RunningCard } from './RunningCard';

const AT_ONCE = 6;

/** What runs now. A session that somebody here stops keeps its place until it is put away. */
export function Running() {
  const open = useQuery(sessionsQuery({ status: OPEN, limit: 200 }));
  const [asked, setAsked] = useState<string[]>([]);
  const [isAll, setAll] = useState(false);
  const gone = useQueries({
    queries: asked.map((id) => sessionQuery(id)),
    combine: (found) => found.flatMap(({ data }) => (data ? [data] : [])),
  });
  const running = open.data?.items ?? [];
  const ids = new Set(running.map(({ id }) => id));
  const shown = [...running, ...gone.filter(({ id }) => !ids.has(id))].sort((one, other) =>
    other.id.localeCompare(one.id),
  );
  const onAsked = (session: EngagementSession) =>
    setAsked((before) => [...before.filter((id) => id !== session.id), session.id]);

  return (
    <Box component="section" aria-label="Running now" sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 32 }}>
        <Typography variant="h2" sx={{ flex: 1 }} aria-live="polite">
          {open.data ? `${plural(running.length, 'session')} running` : 'Running now'}
        </Typography>
        {gone.length > 0 && gone.some(({ id }) => !ids.has(id)) && (
          <Button onClick={() => setAsked(asked.filter((id) => ids.has(id)))}>
            Put ended away
          </Button>
        )}
        {shown.length > AT_ONCE && (
          <Button onClick={() => setAll(!isAll)}>
            {isAll ? 'Show fewer' : `Show all ${shown.length}`}
          </Button>
        )}
      </Box>
      {open.error && <ErrorPanel error={open.error} onRetry={() => void open.refetch()} isSlim />}
      <Box
        sx={{
          display: 'grid',
          gap: 1.5,
          gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 330px), 1fr))',
        }}
      >
        {open.isPending && <Skeleton variant="rounded" height={CARD} />}
        {(isAll ? shown : shown.slice(0, AT_ONCE)).map((session) => (
          <RunningCard key={session.id} session={session} onAsked={onAsked} />
        ))}
      </Box>
      {open.data && shown.length === 0 && (
        <Typography variant="body2" color="textSecondary">
          No session runs. Start one, and it shows here what it does while it does it.
        </Typography>
      )}
    </Box>
  );
}

const CARD = 274;
