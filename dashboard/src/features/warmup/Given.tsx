import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';

import { Meter } from '@/components/Meter';
import { TextLink } from '@/components/TextLink';
import { apiUrl } from '@/lib/location';
import { useCan } from '@/lib/queries/me';
import { type Assignment, givenQuery } from './queries';
import { type Choice, choicesOf } from './reading';

/** What a phase was given: the picture and the words, and the parts of the score that chose them. */
export function Given({ assignment }: { assignment: Assignment }) {
  return (
    <Box sx={BOX}>
      <Shown assignment={assignment} />
      {choicesOf(assignment).map((choice) => (
        <Why key={choice.what} choice={choice} />
      ))}
      {assignment.released_at && (
        <Typography variant="caption" color="textSecondary">
          It was given back, as the phase has failed.
        </Typography>
      )}
      {assignment.performance_score !== null && (
        <Typography variant="caption" color="textSecondary">
          The bot has reported {assignment.performance_score.toFixed(0)} of 100.
        </Typography>
      )}
    </Box>
  );
}

function Shown({ assignment }: { assignment: Assignment }) {
  const canSee = useCan('content:read');
  const given = useQuery({ ...givenQuery(assignment), enabled: canSee, retry: false });
  const { content_id, text_id } = assignment;
  if (!canSee || given.isError) {
    return (
      <Typography variant="caption" color="textSecondary">
        {[content_id && `Picture ${content_id}`, text_id && `text ${text_id}`]
          .filter(Boolean)
          .join(' and ')}
      </Typography>
    );
  }
  const { picture, text } = given.data ?? { picture: null, text: null };
  return (
    <Box sx={{ display: 'flex', gap: 1.5, minHeight: content_id === null ? 20 : 72 }}>
      {content_id !== null && (
        <Box sx={THUMB}>
          {picture && (
            <Box
              component="img"
              src={apiUrl(picture.thumbnail_url)}
              alt={picture.title ?? `Picture ${picture.id}`}
              sx={{ width: 72, height: 72, objectFit: 'cover', display: 'block' }}
            />
          )}
        </Box>
      )}
      <Box sx={{ minWidth: 0, fontSize: '0.8125rem' }}>
        {picture && (
          <TextLink to={`/content?open=${picture.id}`}>
            {picture.title ?? `Picture ${picture.id}`}
          </TextLink>
        )}
        {text && (
          <Box sx={WORDS}>
            {text.text} <TextLink to={`/content/texts?open=${text.id}`}>Open</TextLink>
          </Box>
        )}
      </Box>
    </Box>
  );
}

/** The score as points that add up, with what it was chosen for. */
function Why({ choice }: { choice: Choice }) {
  return (
    <Box>
      <Typography variant="caption" component="div" sx={{ mb: 0.5 }}>
        <b>{choice.what === 'image' ? 'Picture' : 'Text'}</b> {choice.score.toFixed(2)} of 100
        {choice.reason && `: ${choice.reason}`}
      </Typography>
      <Box sx={PARTS}>
        {choice.parts.map(({ label, points, most, value }) => (
          <Box key={label} sx={{ minWidth: 0 }}>
            <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 0.5 }}>
              <span>{label}</span>
              <span>
                {points.toFixed(1)}
                <Box component="span" sx={{ color: 'text.secondary' }}>
                  /{most.toFixed(0)}
                </Box>
              </span>
            </Box>
            <Meter
              label={`${label} of the ${choice.what === 'image' ? 'picture' : 'text'}`}
              value={value}
              max={1}
              text={`${points.toFixed(1)} of ${most.toFixed(0)} points`}
            />
          </Box>
        ))}
      </Box>
    </Box>
  );
}

const BOX = {
  display: 'grid',
  gap: 1.25,
  p: 1.5,
  border: 1,
  borderColor: 'divider',
  borderRadius: 1,
} as const;

const THUMB = {
  width: 72,
  height: 72,
  flexShrink: 0,
  borderRadius: 1,
  overflow: 'hidden',
  bgcolor: 'secondary.soft',
} as const;

const PARTS = {
  display: 'grid',
  gridTemplateColumns: 'repeat(2, minmax(0, 1fr))',
  columnGap: 2,
  rowGap: 0.75,
  fontSize: '0.75rem',
  fontVariantNumeric: 'tabular-nums',
} as const;

const WORDS = { color: 'text.secondary', overflowWrap: 'anywhere' } as const;
