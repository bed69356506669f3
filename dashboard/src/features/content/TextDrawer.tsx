import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { DetailDrawer } from '@/components/DetailDrawer';
import { Facts } from '@/components/Facts';
import { Moment } from '@/components/Time';
import { words } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { useChangeText } from './actions';
import { ItemActions } from './ItemActions';
import { commonFacts } from './itemFacts';
import { ItemForm } from './ItemForm';
import { type Text, textQuery } from './queries';
import { categoryName } from './reading';

interface TextDrawerProps {
  id: string | null;
  known: Text | undefined;
  onClose: () => void;
}

/** One text: its words, what is said of it, and what became of it. */
export function TextDrawer({ id, known, onClose }: TextDrawerProps) {
  const query = useQuery({ ...textQuery(id), placeholderData: known });
  const text = query.data;
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      title={text ? `${words(text.kind)} of ${text.persona}` : 'Text'}
      about={text ? categoryName(text.category) : '\u00a0'}
      actions={text && <ItemActions item={text} onGone={onClose} />}
    >
      <AsyncContent query={query}>{(found) => <Detail text={found} />}</AsyncContent>
    </DetailDrawer>
  );
}

function Detail({ text }: { text: Text }) {
  const change = useChangeText();
  const canWrite = useCan('content:write');
  return (
    <Box sx={{ display: 'grid', gap: 2.5 }}>
      <Typography variant="body1" sx={WORDS}>
        {text.text}
      </Typography>
      <Facts
        facts={{
          ...commonFacts(text),
          Added: <Moment at={text.created_at} precision="minute" />,
        }}
      />
      {canWrite && (
        <ItemForm
          key={`${text.id} ${text.quality} ${text.max_usage} ${text.category} ${text.text} ${text.tags.join()}`}
          item={text}
          onKeep={(said) =>
            change.mutateAsync({
              item: text,
              change: {
                ...said.details,
                ...(said.text !== text.text && { text: said.text }),
              },
            })
          }
        />
      )}
    </Box>
  );
}

const WORDS = {
  whiteSpace: 'pre-wrap',
  overflowWrap: 'anywhere',
  pl: 1.5,
  borderLeft: 3,
  borderColor: 'divider',
} as const;
