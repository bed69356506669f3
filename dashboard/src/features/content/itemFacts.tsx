import type { ReactNode } from 'react';

import { StateChip } from '@/components/StateChip';
import { Moment } from '@/components/Time';
import { count, percent } from '@/lib/numbers';
import type { Item } from './queries';
import { STATE_HINTS, usageOf } from './reading';

/** What is told of a picture and of a text alike. */
export function commonFacts(item: Item): Record<string, ReactNode> {
  return {
    State: <StateChip state={item.state} hint={STATE_HINTS[item.state]} />,
    Used: usageOf(item),
    Success:
      item.success_rate === null
        ? 'not used yet'
        : `${count(item.success_count)} of ${count(item.use_count)}, ${percent(item.success_rate, 0)}`,
    'Last used': item.last_used_at === null ? undefined : <Moment at={item.last_used_at} />,
    Archived: item.archived_at === null ? undefined : <Moment at={item.archived_at} />,
    Tags: item.tags.length === 0 ? 'none' : item.tags.join(', '),
  };
}
