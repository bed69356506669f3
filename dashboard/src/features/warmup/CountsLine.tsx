import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import { useQuery } from '@tanstack/react-query';

import { TextLink } from '@/components/TextLink';
import { count, plural } from '@/lib/numbers';
import { countsQuery } from './queries';

/** How many stand where, in one line that leads to them. */
export function CountsLine() {
  const { data } = useQuery(countsQuery());
  return (
    <Box sx={LINE}>
      {data === undefined ? (
        <Skeleton width={320} />
      ) : (
        <>
          <TextLink to="/warmup?lifecycle=ready">{count(data.ready)} ready</TextLink>
          <TextLink to="/warmup?lifecycle=warming_up">{count(data.warming_up)} warming up</TextLink>
          <span>{count(data.held_by_bots)} with a bot now</span>
          {data.review > 0 ? (
            <TextLink to="/warmup?status=requires_review" sx={{ color: 'error.text' }}>
              {plural(data.review, 'needs a review', 'need a review')}
            </TextLink>
          ) : (
            <span>none needs a review</span>
          )}
        </>
      )}
    </Box>
  );
}

const LINE = {
  display: 'flex',
  flexWrap: 'wrap',
  columnGap: 2,
  minHeight: 20,
  fontSize: '0.8125rem',
  color: 'text.secondary',
} as const;
