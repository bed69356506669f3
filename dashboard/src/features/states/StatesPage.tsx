import Box from '@mui/material/Box';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useQuery } from '@tanstack/react-query';

import { RowsSkeleton } from '@/components/AsyncContent';
import { Page } from '@/components/Page';
import { useListState } from '@/lib/listState';
import { count, words } from '@/lib/numbers';
import { metricsQuery } from '@/lib/queries/metrics';
import { ErrorsDrawer } from './ErrorsDrawer';
import { SHOWN, type Shown } from './queries';
import { StateGroup } from './StateGroup';

/** How every account stands: what needs somebody first, and until when the others wait. */
export function StatesPage() {
  const list = useListState({ state: 'one' });
  const metrics = useQuery(metricsQuery());
  const numbers = metrics.data?.accounts.by_state;
  const chosen = SHOWN.find((state) => state === list.filters.state) ?? null;
  const choose = (state: Shown | 'all' | null) =>
    list.setFilters({ state: state === null || state === 'all' ? null : state });
  return (
    <Page title="Account states" about="What stands still, why, and when it goes on by itself.">
      <Box sx={{ overflowX: 'auto', py: 0.25 }}>
        <ToggleButtonGroup
          exclusive
          size="small"
          value={chosen ?? 'all'}
          onChange={(_, state: Shown | 'all' | null) => choose(state)}
          aria-label="State"
        >
          <ToggleButton value="all" sx={{ textTransform: 'none', px: 1.5 }}>
            All
          </ToggleButton>
          {SHOWN.map((state) => (
            <ToggleButton
              key={state}
              value={state}
              sx={{ textTransform: 'none', px: 1.5, whiteSpace: 'nowrap' }}
            >
              {words(state)} {numbers ? count(numbers[state] ?? 0) : ''}
            </ToggleButton>
          ))}
        </ToggleButtonGroup>
      </Box>
      {metrics.isPending ? (
        // The numbers decide how tall the groups are, and which of them there are.
        <RowsSkeleton rows={12} />
      ) : (
        (chosen ? [chosen] : SHOWN).map((state) => (
          <StateGroup
            key={state}
            state={state}
            total={numbers?.[state]}
            isAlone={chosen !== null}
            onAll={() => choose(state)}
            onErrors={(row) => list.setOpen(String(row.account_id))}
          />
        ))
      )}
      <ErrorsDrawer id={list.open} onClose={() => list.setOpen(null)} />
    </Page>
  );
}
