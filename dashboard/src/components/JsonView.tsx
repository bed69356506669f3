import Box from '@mui/material/Box';

import { CopyText } from './CopyText';
import { Preformatted } from './Preformatted';

const TOKEN =
  /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

const COLOURS = {
  '& .name': { color: 'primary.text' },
  '& .text': { color: 'success.text' },
  '& .word': { color: 'warning.text' },
};

/** JSON as it is, with its parts told apart by colour; long ones scroll inside. */
export function JsonView({ value, maxHeight = 360 }: { value: unknown; maxHeight?: number }) {
  const text = JSON.stringify(value, null, 2) ?? 'null';
  return (
    <Box
      sx={{
        position: 'relative',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        bgcolor: 'background.default',
      }}
    >
      <Box sx={{ position: 'absolute', right: 6, top: 4 }}>
        <CopyText text={text} shown="Copy" />
      </Box>
      <Preformatted label="JSON" isFramed={false} sx={{ maxHeight, ...COLOURS }}>
        {coloured(text)}
      </Preformatted>
    </Box>
  );
}

function coloured(text: string) {
  const parts: React.ReactNode[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, quoted, colon] = match;
    parts.push(text.slice(end, match.index));
    const kind = quoted === undefined ? 'word' : colon === undefined ? 'text' : 'name';
    parts.push(
      <span key={match.index} className={kind}>
        {quoted ?? whole}
      </span>,
      colon,
    );
    end = match.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts;
}
