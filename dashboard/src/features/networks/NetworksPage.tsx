import Box from '@mui/material/Box';
import Skeleton from '@mui/material/Skeleton';
import Tab from '@mui/material/Tab';
import Tabs from '@mui/material/Tabs';
import { useQuery } from '@tanstack/react-query';
import { parseAsString, useQueryState } from 'nuqs';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { useKeys } from '@/lib/keys';
import { Abilities } from './Abilities';
import { Compared } from './Compared';
import { Grants } from './Grants';
import { NetworkCard } from './NetworkCard';
import { type Network, networksQuery } from './queries';

const ALL = 'all';

/** Which networks Retinue may call, and what each lets software do. */
export function NetworksPage() {
  const networks = useQuery(networksQuery());
  const [wanted, setWanted] = useQueryState('network', parseAsString.withDefault(ALL));
  const items = networks.data?.items ?? [];
  const views = [ALL, ...items.map(({ name }) => String(name))];
  const view = views.includes(wanted) ? wanted : ALL;
  const go = (by: number) => {
    const next = views[views.indexOf(view) + by];
    if (next !== undefined) void setWanted(next);
  };
  useKeys({ j: () => go(1), k: () => go(-1) });
  const open = items.find(({ name }) => name === view);
  return (
    <Page
      title="Networks"
      about="What each lets software do, and whether Retinue may call it. Off until an admin connects it."
    >
      <AsyncContent query={networks} skeleton={<Waiting />}>
        {(found) => (
          <>
            <Box component="ul" aria-label="Networks" sx={CARDS}>
              {found.items.map((network) => (
                <li key={network.name}>
                  <NetworkCard network={network} />
                </li>
              ))}
            </Box>
            <Tabs
              value={view}
              aria-label="Whose capabilities"
              variant="scrollable"
              scrollButtons={false}
              onChange={(_, next: string) => void setWanted(next)}
              sx={{ borderBottom: 1, borderColor: 'divider', mt: 1 }}
            >
              <Tab value={ALL} label="All side by side" />
              {found.items.map(({ name, title }) => (
                <Tab key={name} value={name} label={title} />
              ))}
            </Tabs>
            {open === undefined ? <Compared networks={found.items} /> : <One network={open} />}
          </>
        )}
      </AsyncContent>
    </Page>
  );
}

function One({ network }: { network: Network }) {
  return (
    <>
      <Abilities network={network} />
      {network.takes_tokens && <Grants network={network} />}
    </>
  );
}

function Waiting() {
  return (
    <>
      <Box sx={CARDS}>
        {[0, 1, 2].map((card) => (
          <Skeleton key={card} variant="rounded" height={212} />
        ))}
      </Box>
      <Section title="Capabilities">
        <RowsSkeleton rows={10} />
      </Section>
    </>
  );
}

const CARDS = {
  m: 0,
  p: 0,
  listStyle: 'none',
  display: 'grid',
  gap: 1.5,
  gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 300px), 1fr))',
  '& > li': { display: 'grid', minWidth: 0 },
} as const;
