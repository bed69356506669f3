import AddPhoto from '@mui/icons-material/AddPhotoAlternateOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';
import type { UseQueryResult } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { EvidenceStrip, STRIP_HEIGHT } from '@/components/evidence/EvidenceStrip';
import { Kbd } from '@/components/Kbd';
import type { InboxItem } from '@/lib/api';
import { useKeys } from '@/lib/keys';
import type { Evidence } from '@/lib/queries/evidence';
import { useAddPicture } from './queries';

interface SeenProps {
  item: InboxItem;
  evidence: UseQueryResult<Evidence[]>;
  /** Whether pictures may be added: chosen, dropped or pasted. */
  mayAdd: boolean;
}

/** Pictures and pages of an item; what a person adds shows here too. */
export function Seen({ item, evidence, mayAdd }: SeenProps) {
  const [open, setOpen] = useState<number | null>(null);
  const [isOver, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const add = useAddPicture();
  const isEmpty = item.evidence.length === 0;
  useKeys({
    v: isEmpty ? undefined : () => setOpen(0),
    a: mayAdd ? () => input.current?.click() : undefined,
  });
  const { mutate } = add;
  useEffect(() => {
    if (!mayAdd) return;
    const onPaste = (event: ClipboardEvent) => {
      const file = event.clipboardData?.files[0];
      if (file?.type.startsWith('image/')) mutate({ item, file });
    };
    addEventListener('paste', onPaste);
    return () => removeEventListener('paste', onPaste);
  }, [mayAdd, item, mutate]);
  if (isEmpty && !mayAdd) return null;
  const take = (file: File | undefined) => {
    if (file !== undefined) mutate({ item, file });
  };
  return (
    <Box
      component="section"
      aria-label="What was seen"
      sx={{
        display: 'grid',
        gap: 1,
        borderRadius: 1,
        outline: isOver ? '2px dashed' : 'none',
        outlineColor: 'primary.main',
        outlineOffset: 6,
      }}
      onDragOver={(event) => {
        if (!mayAdd) return;
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        setOver(false);
        if (!mayAdd) return;
        event.preventDefault();
        take(event.dataTransfer.files[0]);
      }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minHeight: 32, flexWrap: 'wrap' }}>
        <Typography variant="h3">What was seen</Typography>
        {!isEmpty && <Kbd keys="v" />}
        {mayAdd && (
          <>
            <Button
              onClick={() => input.current?.click()}
              loading={add.isPending}
              startIcon={<AddPhoto />}
              endIcon={<Kbd keys="a" />}
              sx={{ ml: 'auto' }}
            >
              Add a picture
            </Button>
            <input
              ref={input}
              type="file"
              hidden
              accept="image/png,image/jpeg,image/webp"
              aria-label="Picture"
              onChange={(event) => {
                take(event.target.files?.[0]);
                event.target.value = '';
              }}
            />
          </>
        )}
      </Box>
      {isEmpty ? (
        <Typography variant="body2" color="textSecondary">
          No pictures yet. Choose one, drop it here, or paste it from the clipboard.
        </Typography>
      ) : (
        <AsyncContent
          query={evidence}
          skeleton={<RowsSkeleton rows={4} height={STRIP_HEIGHT} />}
          isEmpty={(found) => found.length === 0}
          empty={<Typography variant="body2">Its time was over; nothing is kept.</Typography>}
        >
          {(found) => <EvidenceStrip items={found} open={open} onOpen={setOpen} />}
        </AsyncContent>
      )}
    </Box>
  );
}
