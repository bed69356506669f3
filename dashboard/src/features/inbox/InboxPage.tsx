import Box from '@mui/material/Box';
import Paper from '@mui/material/Paper';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import useMediaQuery from '@mui/material/useMediaQuery';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { DetailDrawer } from '@/components/DetailDrawer';
import { EmptyState } from '@/components/EmptyState';
import { FilterBar, type FilterField } from '@/components/filters';
import { Page } from '@/components/Page';
import { PAGE_SIZE, Pager } from '@/components/table';
import { TextLink } from '@/components/TextLink';
import { useKeys } from '@/lib/keys';
import { useListState } from '@/lib/listState';
import { type InboxFilter, inboxQuery } from '@/lib/queries/inbox';
import { ItemDetail } from './ItemDetail';
import { ItemList } from './ItemList';
import { itemQuery } from './queries';

const KINDS = [
  'unknown_outcome',
  'action_block',
  'challenge',
  'second_factor',
  'review',
  'locked',
  'assisted_task',
];
const FIELDS: FilterField[] = [
  {
    kind: 'choice',
    name: 'kind',
    label: 'Kind',
    options: KINDS.map((value) => ({ value })),
  },
];
const WAITING = ['open', 'claimed'] as const;
const STATES = { waiting: WAITING, mine: WAITING, done: ['resolved', 'expired'] } as const;
type Show = keyof typeof STATES;

export function InboxPage() {
  const list = useListState({ show: 'one', kind: 'one' });
  const show = showOf(list.filters.show);
  const items = useQuery(
    inboxQuery({
      state: [...STATES[show]],
      kind: list.filters.kind as InboxFilter['kind'],
      mine: show === 'mine' ? true : undefined,
      limit: PAGE_SIZE,
      cursor: list.cursor,
    }),
  );
  const rows = items.data?.items ?? [];
  const isWide = useMediaQuery('(min-width: 900px)');
  // Wide enough, the first item lies open; on a small screen the list is what one wants to see.
  const openId = list.open ?? (isWide && rows[0] ? String(rows[0].id) : null);
  const item = useQuery(itemQuery(openId));

  const at = rows.findIndex(({ id }) => String(id) === openId);
  const go = (to: number) => {
    const next = rows[to];
    if (next) list.setOpen(String(next.id));
  };
  useKeys({
    j: () => go(at + 1),
    k: () => go(at - 1),
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
  });
  const onSettled = () => {
    const next = rows[at + 1] ?? rows[at - 1];
    list.setOpen(isWide && next ? String(next.id) : null);
  };

  const detail = (
    <AsyncContent query={item} rows={8}>
      {(found) => <ItemDetail item={found} onSettled={onSettled} />}
    </AsyncContent>
  );
  return (
    <Page title="Inbox" about="What only a person can decide." fill>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, flexWrap: 'wrap' }}>
        <Tabs
          value={show}
          aria-label="Which items"
          onChange={(_, value: string) => {
            list.setFilters({ show: value === 'waiting' ? null : value });
            list.setOpen(null);
          }}
        >
          <Tab value="waiting" label="Waiting" />
          <Tab value="mine" label="Mine" />
          <Tab value="done" label="Done" />
        </Tabs>
        <FilterBar name="inbox" list={list} fields={FIELDS} />
      </Box>
      <Paper
        variant="outlined"
        sx={{
          flex: 1,
          minHeight: 0,
          display: 'grid',
          gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(300px, 380px) minmax(0, 1fr)' },
          overflow: 'hidden',
        }}
      >
        <Box
          sx={{
            display: 'flex',
            flexDirection: 'column',
            minHeight: 0,
            borderRight: { md: 1 },
            borderColor: { md: 'divider' },
          }}
        >
          <Box sx={{ flex: 1, overflowY: 'auto', minHeight: { xs: 240, md: 0 } }}>
            <AsyncContent
              query={items}
              isEmpty={(page) => page.items.length === 0}
              empty={<Nothing show={show} isFiltered={list.filters.kind !== null} />}
            >
              {(page) => <ItemList items={page.items} open={openId} onOpen={list.setOpen} />}
            </AsyncContent>
          </Box>
          <Box sx={{ display: 'flex', minHeight: 44, px: 1, borderTop: 1, borderColor: 'divider' }}>
            <Pager
              name="inbox"
              list={list}
              shown={rows.length}
              total={items.data?.total ?? null}
              next={items.data?.next_cursor ?? null}
            />
          </Box>
        </Box>
        {isWide && (
          <Box sx={{ overflowY: 'auto', minHeight: 0 }}>
            {openId === null ? (
              <EmptyState title="Nothing is open.">
                Choose an item on the left, or press j and k.
              </EmptyState>
            ) : (
              detail
            )}
          </Box>
        )}
      </Paper>
      {!isWide && (
        <DetailDrawer
          open={list.open !== null}
          onClose={() => list.setOpen(null)}
          title="Inbox item"
        >
          {list.open !== null && detail}
        </DetailDrawer>
      )}
    </Page>
  );
}

function showOf(wanted: string | null): Show {
  return wanted === 'done' || wanted === 'mine' ? wanted : 'waiting';
}

function Nothing({ show, isFiltered }: { show: Show; isFiltered: boolean }) {
  if (isFiltered) return <EmptyState title="Nothing of this kind." />;
  if (show === 'done') return <EmptyState title="Nothing has been settled yet." />;
  if (show === 'mine')
    return (
      <EmptyState title="You have nothing to settle.">
        What you take up, and what is assigned to you, stands here.
      </EmptyState>
    );
  return (
    <EmptyState title="Nothing needs you now.">
      Challenges, blocks, outcomes that nobody can read, and work that only a person may do come
      here. <TextLink to="/states">How the accounts stand</TextLink>
    </EmptyState>
  );
}
