import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { parseAsString, useQueryState } from 'nuqs';
import { useState } from 'react';
import { Link as RouterLink } from 'react-router';

import { EmptyState } from '@/components/EmptyState';
import { NotForYou } from '@/components/NotForYou';
import { Page } from '@/components/Page';
import { Section } from '@/components/Section';
import { plural } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { personasQuery } from '@/lib/queries/personas';
import { pictureWords } from '../actions';
import { type Details, FIRST, sentOf, wrongIn } from '../details';
import { DetailsFields } from '../DetailsFields';
import { PersonaField, personaOf } from '../PersonaField';
import { DropPictures } from './DropPictures';
import { OnTheWay } from './OnTheWay';
import { usePictures } from './usePictures';

const parent = { title: 'Content', to: '/content' };

/** Pictures into a pool: choose them, say what they have in common, add them, and see what became of each. */
export function AddPage() {
  const personas = useQuery({ ...personasQuery(), enabled: useCan('accounts:read') });
  const found = personas.data?.items ?? [];
  const [wanted, setWanted] = useQueryState('persona', parseAsString);
  const [details, setDetails] = useState<Details>(FIRST);
  const pictures = usePictures();
  const canWrite = useCan('content:write');
  const wrong = wrongIn(details);
  const persona = personaOf(wanted, found);
  const open = pictures.files.filter(
    ({ standing }) => standing === 'waiting' || standing === 'error',
  );
  const done = pictures.files.filter(({ added }) => added !== null).length;
  if (!canWrite) {
    return (
      <Page title="Add pictures" parent={parent}>
        <NotForYou message="Adding content needs the role operator." />
      </Page>
    );
  }
  if (personas.data?.items.length === 0) {
    return (
      <Page title="Add pictures" parent={parent}>
        <EmptyState
          title="There is no persona yet."
          actions={
            <Button component={RouterLink} to="/content/personas" variant="contained">
              Add a persona
            </Button>
          }
        >
          Pictures belong to a persona, as accounts do.
        </EmptyState>
      </Page>
    );
  }
  return (
    <Page title="Add pictures" parent={parent}>
      <Box sx={GRID}>
        <Box sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}>
          <DropPictures onFiles={pictures.choose} isSmall={pictures.files.length > 0} />
          {pictures.files.length > 0 && <OnTheWay files={pictures.files} onDrop={pictures.drop} />}
        </Box>
        <Section title="What they have in common">
          <Box
            component="form"
            noValidate
            aria-label="What they have in common"
            onSubmit={(event) => {
              event.preventDefault();
              if (open.length > 0 && persona !== '' && Object.keys(wrong).length === 0)
                pictures.send({ persona, ...sentOf(details) });
            }}
            sx={{ display: 'grid', gap: 2, pt: 0.75 }}
          >
            <PersonaField
              personas={found}
              value={persona}
              onChange={(value) => void setWanted(value)}
              hint={persona === '' ? 'Say whose pictures they are.' : undefined}
            />
            <DetailsFields
              value={details}
              wrong={wrong}
              onChange={(change) => setDetails({ ...details, ...change })}
            />
            <Box sx={{ display: 'flex', gap: 1, justifyContent: 'flex-end', flexWrap: 'wrap' }}>
              {done > 0 && open.length === 0 && !pictures.isSending && (
                <>
                  <Button onClick={pictures.clear}>Add others</Button>
                  <Button
                    component={RouterLink}
                    to={`/content?persona=${persona}`}
                    variant="outlined"
                  >
                    Show the pool
                  </Button>
                </>
              )}
              <Button
                type="submit"
                variant="contained"
                disabled={open.length === 0 || persona === '' || Object.keys(wrong).length > 0}
                loading={pictures.isSending}
              >
                {open.length === 0 ? 'Add pictures' : `Add ${pictureWords(open.length)}`}
              </Button>
            </Box>
            <Box role="status" sx={{ fontSize: '0.75rem', color: 'text.secondary', minHeight: 18 }}>
              {done > 0 && `${plural(done, 'picture')} of ${pictures.files.length} sent.`}
            </Box>
          </Box>
        </Section>
      </Box>
    </Page>
  );
}

const GRID = {
  display: 'grid',
  gap: 1.5,
  alignItems: 'start',
  gridTemplateColumns: { xs: 'minmax(0, 1fr)', md: 'minmax(0, 1fr) 360px' },
};
