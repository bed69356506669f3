import Box from '@mui/material/Box';

import { diffLines } from '@/lib/diff';
import { Preformatted } from './Preformatted';

interface DiffProps {
  before: string;
  after: string;
  /** Unchanged lines kept around each change. */
  context?: number;
}

const LOOK = {
  px: 0,
  py: 1,
  maxHeight: 420,
  // A line is as wide as it is: where it ends says something.
  whiteSpace: 'pre',
  overflowWrap: 'normal',
  '& div': { px: 1.5, minWidth: 'max-content' },
  '& .added': { bgcolor: 'success.soft', color: 'success.text' },
  '& .removed': { bgcolor: 'error.soft', color: 'error.text' },
  '& .gap': { color: 'text.secondary' },
};

/** Two texts, line by line: what went and what came. */
export function Diff({ before, after, context = 3 }: DiffProps) {
  const lines = diffLines(before, after, context);
  if (lines.length === 0) {
    return <Box sx={{ color: 'text.secondary', fontSize: '0.8125rem' }}>No difference.</Box>;
  }
  return (
    <Preformatted label="Difference" sx={LOOK}>
      {lines.map((line, at) => (
        <div key={at} className={line.kind}>
          {{ added: '+ ', removed: '- ', same: '  ', gap: '' }[line.kind]}
          {line.text}
        </div>
      ))}
    </Preformatted>
  );
}
