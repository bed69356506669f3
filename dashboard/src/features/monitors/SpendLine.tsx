import Box from '@mui/material/Box';
import { useQuery } from '@tanstack/react-query';

import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { count } from '@/lib/numbers';
import { spendQuery } from './queries';
import { dollars, spendState } from './reading';

/** What reading has cost this month, and will have. It has its place before it is known. */
export function SpendLine() {
  const { data: spend } = useQuery(spendQuery());
  const state = spend && spendState(spend);
  return (
    <Box
      sx={{
        display: 'flex',
        alignItems: 'center',
        flexWrap: { sm: 'wrap' },
        columnGap: 1,
        minHeight: 22,
        fontSize: '0.8125rem',
        color: 'text.secondary',
        // On a phone the line is cut and not broken: there it leads to the whole.
        '& > span': { overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' },
      }}
    >
      {spend && (
        <>
          {state === 'spent' && <StateChip state="down" label="Budget spent" />}
          {state === 'short' && <StateChip state="warning" label="Will not last" />}
          <span>
            {dollars(spend.spent)}
            {spend.limit === null ? '' : ` of ${dollars(spend.limit)}`} spent in {spend.month},{' '}
            {count(spend.calls)} calls · {dollars(spend.projected)} by its end
          </span>
          <TextLink to="/monitors/sources">Spend</TextLink>
        </>
      )}
    </Box>
  );
}
