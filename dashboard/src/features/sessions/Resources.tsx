import Skeleton from '@mui/material/Skeleton';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { Section } from '@/components/Section';
import { samplesQuery } from './queries';

const ResourceChart = lazy(() => import('./ResourceChart'));
const waiting = <Skeleton variant="rounded" height={188} />;

export function Resources({ id }: { id: string }) {
  const samples = useQuery(samplesQuery(id));
  return (
    <Section title="CPU and memory" about="Of all its processes together; kept for two days.">
      <AsyncContent
        query={samples}
        isEmpty={(page) => page.items.length < 2}
        empty="Not measured yet."
        skeleton={waiting}
      >
        {(page) => (
          <Suspense fallback={waiting}>
            <ResourceChart samples={page.items} />
          </Suspense>
        )}
      </AsyncContent>
    </Section>
  );
}
