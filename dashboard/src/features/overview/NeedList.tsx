import Box from '@mui/material/Box';
import CheckCircle from '@mui/icons-material/CheckCircleOutlined';
import ChevronRight from '@mui/icons-material/ChevronRight';
import ErrorOutline from '@mui/icons-material/ErrorOutlined';
import Paper from '@mui/material/Paper';
import WarningAmber from '@mui/icons-material/WarningAmber';
import { Link } from 'react-router';

import { Section } from '@/components/Section';
import { Ago } from '@/components/Time';
import type { Need } from './needs';

/** What waits for a person, each a line that leads to the place; or one line when nothing does. */
export function NeedList({ needs, well }: { needs: Need[]; well: string }) {
  if (needs.length === 0) {
    return (
      <Paper
        variant="outlined"
        component="section"
        aria-label="What needs you"
        sx={{ display: 'flex', alignItems: 'center', gap: 1, px: 2, py: 1.25 }}
      >
        <CheckCircle aria-hidden sx={{ fontSize: 18, color: 'success.text' }} />
        <Box sx={{ fontSize: '0.8125rem' }}>
          <b>All is well.</b>{' '}
          <Box component="span" sx={{ color: 'text.secondary' }}>
            {well}.
          </Box>
        </Box>
      </Paper>
    );
  }
  return (
    <Section title="What needs you" flush>
      <Box
        component="ul"
        sx={{ m: 0, p: 0, listStyle: 'none', borderTop: 1, borderColor: 'divider' }}
      >
        {needs.map((need) => (
          <Line key={need.id} need={need} />
        ))}
      </Box>
    </Section>
  );
}

function Line({ need }: { need: Need }) {
  const Icon = need.tone === 'error' ? ErrorOutline : WarningAmber;
  return (
    <Box component="li" sx={{ '&:not(:last-child)': { borderBottom: 1, borderColor: 'divider' } }}>
      <Box component={Link} to={need.to} sx={lineStyle}>
        <Icon
          role="img"
          aria-label={need.tone === 'error' ? 'Error:' : 'Warning:'}
          sx={{ fontSize: 18, color: `${need.tone}.text` }}
        />
        <Box sx={{ minWidth: 0, overflowWrap: 'anywhere' }}>
          <Box component="span" sx={{ fontWeight: 550 }}>
            {need.text}
          </Box>
          <Box component="span" sx={{ color: 'text.secondary', ml: 1 }}>
            {need.detail}
            {need.since && (
              <>
                {need.detail && ' · '}
                <Ago at={need.since} />
              </>
            )}
          </Box>
        </Box>
        <Box className="verb" sx={{ display: 'flex', alignItems: 'center', color: 'primary.text' }}>
          <Box component="span" sx={{ display: { xs: 'none', sm: 'inline' } }}>
            {need.verb}
          </Box>
          <ChevronRight aria-hidden sx={{ fontSize: 18 }} />
        </Box>
      </Box>
    </Box>
  );
}

const lineStyle = {
  display: 'grid',
  gridTemplateColumns: 'auto 1fr auto',
  alignItems: 'center',
  gap: 1,
  px: 2,
  py: 1,
  fontSize: '0.8125rem',
  color: 'inherit',
  textDecoration: 'none',
  '&:hover': { bgcolor: 'action.hover' },
  '& .verb': { whiteSpace: 'nowrap', fontWeight: 550 },
} as const;
