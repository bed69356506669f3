import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';

import { Diff } from '@/components/Diff';
import { plural } from '@/lib/numbers';
import { MONO } from '@/theme/theme';
import { type Change, changesOf, type Values } from './changes';

/** The values of an entry, as they were and as they are: only those that are different. */
export function Changes({ before, after }: { before: Values; after: Values }) {
  const { changes, same } = changesOf(before, after);
  if (changes.length === 0) {
    return (
      <Typography variant="body2" color="textSecondary">
        This entry changed no value.
      </Typography>
    );
  }
  const isText = ({ before, after }: Change) => `${before ?? ''}${after ?? ''}`.includes('\n');
  const values = changes.filter((one) => !isText(one));
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', gap: 1.5 }}>
      {values.length > 0 && (
        <Box component="table" aria-label="Changed values" sx={tableStyle}>
          <thead>
            <tr>
              <th scope="col">Value</th>
              <th scope="col">Before</th>
              <th scope="col">After</th>
            </tr>
          </thead>
          <tbody>
            {values.map(({ name, before: old, after: next }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{old === null ? '–' : <del>{old}</del>}</td>
                <td>{next === null ? '–' : <ins>{next}</ins>}</td>
              </tr>
            ))}
          </tbody>
        </Box>
      )}
      {changes.filter(isText).map(({ name, before: old, after: next }) => (
        <Box key={name}>
          <Typography variant="caption" color="textSecondary">
            {name}
          </Typography>
          <Diff before={old ?? ''} after={next ?? ''} />
        </Box>
      ))}
      {same > 0 && (
        <Typography variant="caption" color="textSecondary">
          {plural(same, 'value')} stayed the same.
        </Typography>
      )}
    </Box>
  );
}

const tableStyle = {
  width: '100%',
  tableLayout: 'fixed',
  borderCollapse: 'collapse',
  fontSize: '0.8125rem',
  '& th, & td': {
    textAlign: 'left',
    verticalAlign: 'top',
    fontWeight: 400,
    py: 0.75,
    pr: 1,
    borderBottom: 1,
    borderColor: 'divider',
    overflowWrap: 'anywhere',
  },
  '& thead th': { color: 'text.secondary', fontSize: '0.75rem' },
  '& tbody th': { fontFamily: MONO, fontSize: '0.75rem', lineHeight: 1.7 },
  '& del, & ins': { textDecoration: 'none', borderRadius: 0.5, px: 0.5, py: 0.125 },
  '& del': { bgcolor: 'error.soft', color: 'error.text' },
  '& ins': { bgcolor: 'success.soft', color: 'success.text' },
} as const;
