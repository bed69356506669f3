import type { UseQueryResult } from '@tanstack/react-query';
import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import type { ReactNode } from 'react';

import { EmptyState } from './EmptyState';
import { ErrorPanel } from './ErrorPanel';

interface AsyncContentProps<Data> {
  query: Pick<UseQueryResult<Data>, 'data' | 'error' | 'refetch' | 'isFetching'>;
  children: (data: Data) => ReactNode;
  isEmpty?: (data: Data) => boolean;
  /** What to say when there is nothing: a sentence, or an EmptyState that leads on. */
  empty?: ReactNode;
  /** How the content will be shaped, so that nothing moves when it comes. Rows of a table unless given. */
  skeleton?: ReactNode;
  /** How many rows the usual skeleton has. */
  rows?: number;
}

/**
 * The states of what is loaded, decided once: skeleton, error with trace id and retry, empty, content.
 * Old content stays while it is asked for again, and above it stands what went wrong.
 */
export function AsyncContent<Data>(props: AsyncContentProps<Data>) {
  const { query, children, isEmpty, empty, skeleton, rows = 6 } = props;
  const failure = query.error && (
    <ErrorPanel
      error={query.error}
      onRetry={() => void query.refetch()}
      isRetrying={query.isFetching}
      isSlim={query.data !== undefined}
    />
  );
  if (query.data === undefined) return failure ?? skeleton ?? <RowsSkeleton rows={rows} />;
  if (isEmpty?.(query.data)) {
    const said = typeof empty === 'string' || empty === undefined;
    return (
      <>
        {failure}
        {said ? <EmptyState title={empty ?? 'Nothing here yet.'} /> : empty}
      </>
    );
  }
  return (
    <>
      {failure}
      {children(query.data)}
    </>
  );
}

interface RowsSkeletonProps {
  rows?: number;
  /** Pixels, where it is known how tall the content will be. */
  height?: number;
}

export function RowsSkeleton({ rows = 6, height }: RowsSkeletonProps) {
  return (
    <Box
      role="status"
      aria-label="Loading"
      sx={{ display: 'grid', alignContent: 'start', gap: 1.25, p: 2, height, overflow: 'hidden' }}
    >
      {Array.from({ length: rows }, (_, row) => (
        <Skeleton key={row} variant="rounded" height={18} width={`${92 - ((row * 17) % 38)}%`} />
      ))}
    </Box>
  );
}
