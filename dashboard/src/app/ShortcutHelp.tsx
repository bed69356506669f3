import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import DialogContent from '@mui/material/DialogContent';
import DialogTitle from '@mui/material/DialogTitle';
import Typography from '@mui/material/Typography';
import { Fragment } from 'react';

import { Kbd } from '@/components/Kbd';
import { TextLink } from '@/components/TextLink';
import { PAGES } from './pages';

const EVERYWHERE: [keys: string, what: string][] = [
  ['Ctrl K', 'Go to a page or do something'],
  ['/', 'Search in this list'],
  ['?', 'This help'],
  ['Esc', 'Close what is open'],
];
const IN_LISTS: [keys: string, what: string][] = [
  ['↑ ↓', 'Another row'],
  ['Space', 'Select the row'],
  ['Enter', 'Open the row'],
];

const IN_THE_INBOX: [keys: string, what: string][] = [
  ['j k', 'Another item'],
  ['c', 'Take it up, give it back, take it over'],
  ['1 2', 'Choose; then Enter settles'],
  ['e', 'Settle what is chosen'],
  ['n', 'Write a note'],
  ['m', 'Assign it'],
  ['o', 'Open where it is solved'],
  ['v', 'Show the pictures'],
  ['a', 'Add a picture; or paste one'],
];

export default function ShortcutHelp({ onClose }: { onClose: () => void }) {
  const pages = PAGES.map(({ key, title }): [string, string] => [`g ${key}`, title]);
  return (
    <Dialog open onClose={onClose} maxWidth="sm" fullWidth aria-labelledby="shortcuts">
      <DialogTitle id="shortcuts">Keyboard shortcuts</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 3, gridTemplateColumns: { sm: '1fr 1fr' } }}>
        <div>
          <Keys title="Everywhere" keys={EVERYWHERE} />
          <Keys title="In lists" keys={IN_LISTS} />
          <Keys title="In the inbox" keys={IN_THE_INBOX} />
        </div>
        <div>
          <Keys title="Go to" keys={pages} />
          <TextLink to="/welcome" onClick={onClose} variant="body2">
            First steps
          </TextLink>
        </div>
      </DialogContent>
    </Dialog>
  );
}

function Keys({ title, keys }: { title: string; keys: [string, string][] }) {
  return (
    <>
      <Typography variant="h3" sx={{ mb: 1 }}>
        {title}
      </Typography>
      <Box
        component="dl"
        sx={{
          m: 0,
          mb: 2,
          display: 'grid',
          gridTemplateColumns: '72px 1fr',
          rowGap: 0.75,
          alignContent: 'start',
          fontSize: '0.8125rem',
          '& dd': { m: 0 },
        }}
      >
        {keys.map(([key, what]) => (
          <Fragment key={key}>
            <dt>
              <Kbd keys={key} />
            </dt>
            <dd>{what}</dd>
          </Fragment>
        ))}
      </Box>
    </>
  );
}
