import Box from '@mui/material/Box';

import { Meter } from '@/components/Meter';
import { Section } from '@/components/Section';
import { TextLink } from '@/components/TextLink';
import type { Model } from '@/lib/api';
import { count, words } from '@/lib/numbers';

/** What all active accounts together have done today, against what they may. */
export function Limits({ limits }: { limits: Model<'LimitFigures'>[] }) {
  return (
    <Section
      title="Today against the limits"
      about="All active accounts together"
      actions={
        <TextLink to="/settings" variant="body2">
          Limits
        </TextLink>
      }
    >
      <Box
        component="ul"
        sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 1.75, pt: 0.5 }}
      >
        {limits.map(({ action, used, limit }) => {
          const isFull = limit > 0 && used >= limit;
          return (
            <Box component="li" key={action} sx={{ display: 'grid', gap: 0.5 }}>
              <Box sx={{ display: 'flex', justifyContent: 'space-between', fontSize: '0.8125rem' }}>
                <span>{words(action)}</span>
                <span>
                  {isFull && (
                    <Box component="span" sx={{ color: 'warning.text', mr: 1 }}>
                      reached
                    </Box>
                  )}
                  <b>{count(used)}</b>
                  <Box component="span" sx={{ color: 'text.secondary' }}>
                    {' '}
                    of {count(limit)}
                  </Box>
                </span>
              </Box>
              <Meter
                label={`${words(action)} today`}
                value={used}
                max={limit}
                tone={isFull ? 'warning' : 'primary'}
              />
            </Box>
          );
        })}
      </Box>
    </Section>
  );
}
