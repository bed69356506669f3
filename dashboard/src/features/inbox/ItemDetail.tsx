import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';

import { Facts } from '@/components/Facts';
import { JsonView } from '@/components/JsonView';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago, Moment } from '@/components/Time';
import type { InboxItem } from '@/lib/api';
import { words } from '@/lib/numbers';
import { Decision } from './Decision';

/** One item: what happened, what to do, what is known, and the decision. */
export function ItemDetail({ item, onSettled }: { item: InboxItem; onSettled: () => void }) {
  const isOver = item.state === 'resolved' || item.state === 'expired';
  const decided = item.choices.find(({ value }) => value === item.resolution)?.label;
  return (
    <Box sx={{ p: 2.5, display: 'grid', gap: 2, alignContent: 'start' }}>
      <Box>
        <Typography variant="h2" sx={{ fontSize: '1.0625rem', mb: 0.75, overflowWrap: 'anywhere' }}>
          {item.title}
        </Typography>
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
          <StateChip state={item.state} />
          <Typography variant="caption" color="textSecondary">
            {words(item.kind)} · <Ago at={item.created_at} />
          </Typography>
        </Box>
      </Box>
      <Typography variant="body2" sx={{ maxWidth: '70ch', whiteSpace: 'pre-line' }}>
        {item.instructions}
      </Typography>
      {isOver ? (
        <Facts
          facts={{
            Decision: decided ?? item.resolution ?? words(item.state),
            By: item.resolved_by,
            At: item.resolved_at === null ? undefined : <Moment at={item.resolved_at} />,
            Note: item.note ?? undefined,
          }}
        />
      ) : (
        <Decision key={item.id} item={item} onSettled={onSettled} />
      )}
      <Box component="section" aria-label="What is known" sx={{ display: 'grid', gap: 1.5 }}>
        <Typography variant="h3">What is known</Typography>
        <Facts
          facts={{
            Account:
              item.account_id === null ? undefined : (
                <TextLink to={`/accounts/${item.account_id}`}>{item.account}</TextLink>
              ),
            About: `${words(item.subject_kind)} ${item.subject_id}`,
            Since: <Moment at={item.created_at} />,
            Until: item.due_at === null ? undefined : <Moment at={item.due_at} />,
            'Taken up by': item.claimed_by ?? undefined,
          }}
        />
        {Object.keys(item.details).length > 0 && <JsonView value={item.details} />}
      </Box>
    </Box>
  );
}
