import Box from '@mui/material/Box';

import { Section } from '@/components/Section';
import { Shares } from '@/components/Shares';
import { Countdown, Moment } from '@/components/Time';
import type { Batch } from '@/lib/api';
import { count, plural } from '@/lib/numbers';
import { endedOf } from '@/lib/tasks';
import { duration } from '@/lib/time';
import { useEstimate } from './useEstimate';

const CHUNK = 100;

/** How far the batch is as a whole, and each hundred of it. */
export function Progress({ batch }: { batch: Batch }) {
  const { chunks, size } = batch;
  return (
    <Section
      title={`${count(endedOf(batch))} of ${plural(size, 'task')} ended`}
      about={<When batch={batch} />}
    >
      <Box sx={{ display: 'grid', gap: 1.5 }}>
        <Shares label="Progress of the batch" counts={batch.counts} height={10} />
        <Legend batch={batch} />
        {chunks.length > 1 && (
          <Box
            component="ul"
            aria-label="Chunks"
            sx={{
              m: 0,
              p: 0,
              listStyle: 'none',
              display: 'grid',
              gap: 1.5,
              gridTemplateColumns: 'repeat(auto-fill, minmax(160px, 1fr))',
            }}
          >
            {chunks.map(({ chunk, counts, progress }) => {
              const first = chunk * CHUNK + 1;
              const name = `${count(first)}–${count(Math.min(size, first + CHUNK - 1))}`;
              return (
                <Box
                  component="li"
                  key={chunk}
                  sx={{ display: 'grid', gap: 0.5, fontSize: '0.75rem' }}
                >
                  <Box sx={{ display: 'flex', justifyContent: 'space-between' }}>
                    <Box component="span" sx={{ color: 'text.secondary' }}>
                      {name}
                    </Box>
                    <span>
                      {counts.failed > 0 && (
                        <Box component="span" sx={{ color: 'error.text' }}>
                          {count(counts.failed)} failed ·{' '}
                        </Box>
                      )}
                      {progress} %
                    </span>
                  </Box>
                  <Shares label={`Progress of ${name}`} counts={counts} />
                </Box>
              );
            })}
          </Box>
        )}
      </Box>
    </Section>
  );
}

function When({ batch }: { batch: Batch }) {
  const until = useEstimate(batch);
  if (batch.finished_at !== null) {
    const took = (Date.parse(batch.finished_at) - Date.parse(batch.created_at)) / 1000;
    return (
      <>
        Ended <Moment at={batch.finished_at} />, {duration(took)} after it was asked for.
      </>
    );
  }
  if (until === null) return 'An estimate shows once more of it has ended.';
  return (
    <>
      At this pace done in <Countdown until={until} over="a moment" />.
    </>
  );
}

const PARTS = [
  ['completed', 'completed', 'success.main'],
  ['failed', 'failed', 'error.main'],
  ['running', 'running', 'primary.main'],
  ['pending', 'waiting', 'secondary.soft'],
] as const;

function Legend({ batch }: { batch: Batch }) {
  return (
    <Box
      sx={{ display: 'flex', flexWrap: 'wrap', columnGap: 2.5, rowGap: 0.5, fontSize: '0.8125rem' }}
    >
      {PARTS.map(([name, label, colour]) => (
        <Box key={name} sx={{ display: 'flex', alignItems: 'center', gap: 0.75 }}>
          <Box
            sx={{
              width: 10,
              height: 10,
              borderRadius: 0.5,
              bgcolor: colour,
              border: 1,
              borderColor: 'divider',
            }}
          />
          <span>
            <strong>{count(batch.counts[name])}</strong> {label}
          </span>
        </Box>
      ))}
    </Box>
  );
}
