import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import CircularProgress from '@mui/material/CircularProgress';
import Close from '@mui/icons-material/Close';
import IconButton from '@mui/material/IconButton';
import Typography from '@mui/material/Typography';

import { listStyle } from '@/components/listStyle';
import { Section } from '@/components/Section';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { bytes, plural } from '@/lib/numbers';
import { useAct } from '../actions';
import { Thumbnail } from '../Thumbnail';
import type { OnItsWay } from './usePictures';

interface OnTheWayProps {
  files: readonly OnItsWay[];
  onDrop: (key: number) => void;
}

/** The chosen files, each with what became of it. */
export function OnTheWay({ files, onDrop }: OnTheWayProps) {
  return (
    <Section title={plural(files.length, 'picture')} flush>
      <Box component="ul" aria-label="Chosen pictures" sx={listStyle}>
        {files.map((one) => (
          <Box component="li" key={one.key} sx={ROW}>
            {one.added ? (
              <Thumbnail picture={one.added} size={48} />
            ) : (
              <Preview address={one.preview} />
            )}
            <Box sx={{ minWidth: 0 }}>
              <Typography variant="body2" noWrap title={one.file.name} sx={{ fontWeight: 550 }}>
                {one.file.name}
              </Typography>
              <Typography variant="caption" component="div" color="textSecondary">
                <About one={one} />
              </Typography>
            </Box>
            <Standing one={one} onDrop={onDrop} />
          </Box>
        ))}
      </Box>
    </Section>
  );
}

function Preview({ address }: { address: string | null }) {
  return (
    <Box
      sx={{ width: 48, height: 48, borderRadius: 1, overflow: 'hidden', bgcolor: 'secondary.soft' }}
    >
      {address && <Box component="img" src={address} alt="" sx={{ width: 48, height: 48 }} />}
    </Box>
  );
}

function About({ one }: { one: OnItsWay }) {
  if (one.reason) {
    return (
      <Box component="span" sx={{ color: 'error.text' }}>
        {one.reason}
      </Box>
    );
  }
  if (one.standing === 'unchanged' && one.added)
    return (
      <>
        {one.added.persona} has it already:{' '}
        <TextLink to={`/content?open=${one.added.id}`}>Picture {one.added.id}</TextLink>
      </>
    );
  if (one.standing === 'near' && one.added)
    return (
      <>
        Looks nearly the same as{' '}
        {one.added.near_duplicates.slice(0, 4).map((id, at) => (
          <span key={id}>
            {at > 0 && ', '}
            <TextLink to={`/content?open=${id}`}>picture {id}</TextLink>
          </span>
        ))}
        {one.added.near_duplicates.length > 4 &&
          ` and ${one.added.near_duplicates.length - 4} more`}
      </>
    );
  const { added } = one;
  return (
    <>{added ? `${added.width} × ${added.height}, ${bytes(added.bytes)}` : bytes(one.file.size)}</>
  );
}

const LABELS: Partial<Record<OnItsWay['standing'], string>> = {
  unchanged: 'Had it',
  error: 'Refused',
};

function Standing({ one, onDrop }: { one: OnItsWay; onDrop: (key: number) => void }) {
  const act = useAct();
  const { added } = one;
  if (one.standing === 'sending') return <CircularProgress size={18} aria-label="Sending" />;
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5 }}>
      {one.standing === 'near' && added && !act.isSuccess && (
        <Button
          loading={act.isPending}
          onClick={() => act.mutate({ item: added, action: 'archive' })}
        >
          Archive it
        </Button>
      )}
      <StateChip state={one.standing} label={LABELS[one.standing]} />
      {!added && (
        <IconButton aria-label={`Leave out ${one.file.name}`} onClick={() => onDrop(one.key)}>
          <Close fontSize="small" />
        </IconButton>
      )}
    </Box>
  );
}

const ROW = {
  display: 'grid',
  gridTemplateColumns: '48px minmax(0, 1fr) auto',
  alignItems: 'center',
  gap: 1.5,
  px: 2,
  py: 1,
} as const;
