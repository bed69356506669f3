import Box from '@mui/material/Box';
import Link from '@mui/material/Link';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { DetailDrawer } from '@/components/DetailDrawer';
import { Facts } from '@/components/Facts';
import { Moment } from '@/components/Time';
import { apiUrl } from '@/lib/location';
import { bytes } from '@/lib/numbers';
import { useCan } from '@/lib/queries/me';
import { nameOf, useChangePicture } from './actions';
import { ItemActions } from './ItemActions';
import { ItemForm } from './ItemForm';
import { commonFacts } from './itemFacts';
import { type Picture, pictureQuery } from './queries';
import { categoryName } from './reading';

interface PictureDrawerProps {
  id: string | null;
  /** What the list has of it already. */
  known: Picture | undefined;
  onClose: () => void;
}

/** One picture: itself, what is said of it, and what became of it. */
export function PictureDrawer({ id, known, onClose }: PictureDrawerProps) {
  const query = useQuery({ ...pictureQuery(id), placeholderData: known });
  const picture = query.data;
  return (
    <DetailDrawer
      open={id !== null}
      onClose={onClose}
      title={picture ? nameOf(picture) : 'Picture'}
      about={picture ? `${picture.persona} · ${categoryName(picture.category)}` : '\u00a0'}
      actions={picture && <ItemActions item={picture} onGone={onClose} />}
    >
      <AsyncContent query={query}>{(found) => <Detail picture={found} />}</AsyncContent>
    </DetailDrawer>
  );
}

function Detail({ picture }: { picture: Picture }) {
  const change = useChangePicture();
  const canWrite = useCan('content:write');
  return (
    <Box sx={{ display: 'grid', gap: 2.5 }}>
      <Link
        href={apiUrl(picture.image_url)}
        target="_blank"
        rel="noopener"
        aria-label="Open the picture alone"
        sx={{ display: 'block', borderRadius: 1, overflow: 'hidden', bgcolor: 'secondary.soft' }}
      >
        <Box
          component="img"
          src={apiUrl(picture.image_url)}
          alt={nameOf(picture)}
          width={picture.width}
          height={picture.height}
          sx={{ display: 'block', width: 1, height: 'auto', maxHeight: 320, objectFit: 'contain' }}
        />
      </Link>
      <Facts
        facts={{
          ...commonFacts(picture),
          Size: `${picture.width} × ${picture.height}, ${bytes(picture.bytes)}, ${picture.media_type.replace('image/', '').toUpperCase()}`,
          Added: <Moment at={picture.created_at} precision="minute" />,
        }}
      />
      {canWrite && (
        <ItemForm
          // Another answer of the server begins anew.
          key={`${picture.id} ${picture.quality} ${picture.max_usage} ${picture.category} ${picture.title} ${picture.tags.join()}`}
          item={picture}
          onKeep={(said) =>
            change.mutateAsync({
              item: picture,
              change: { ...said.details, title: said.title === '' ? null : said.title },
            })
          }
        />
      )}
    </Box>
  );
}
