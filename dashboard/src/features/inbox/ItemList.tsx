import Box from '@mui/material/Box';
import ImageOutlined from '@mui/icons-material/ImageOutlined';
import ListItemButton from '@mui/material/ListItemButton';
import Typography from '@mui/material/Typography';
import { useEffect, useRef } from 'react';

import { StateChip } from '@/components/StateChip';
import { Ago } from '@/components/Time';
import type { InboxItem } from '@/lib/api';
import { words } from '@/lib/numbers';
import { nameOf } from './standing';

interface ItemListProps {
  items: readonly InboxItem[];
  open: string | null;
  onOpen: (id: string) => void;
}

export function ItemList({ items, open, onOpen }: ItemListProps) {
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    // jsdom has no layout to scroll in.
    list.current?.querySelector('[aria-current="true"]')?.scrollIntoView?.({ block: 'nearest' });
  }, [open]);
  return (
    <Box component="ul" ref={list} aria-label="Items" sx={{ m: 0, p: 0, listStyle: 'none' }}>
      {items.map((item) => (
        <li key={item.id}>
          <ListItemButton
            selected={String(item.id) === open}
            aria-current={String(item.id) === open ? 'true' : undefined}
            onClick={() => onOpen(String(item.id))}
            sx={{ display: 'block', px: 2, py: 1.25, borderBottom: 1, borderColor: 'divider' }}
          >
            <Typography
              variant="body2"
              title={item.title}
              sx={{
                fontWeight: 550,
                mb: 0.5,
                display: '-webkit-box',
                WebkitBoxOrient: 'vertical',
                WebkitLineClamp: 2,
                overflow: 'hidden',
              }}
            >
              {item.title}
            </Typography>
            <Box sx={{ display: 'flex', alignItems: 'center', gap: 1, minWidth: 0 }}>
              <StateChip state={item.state} hint={holderOf(item)} />
              <Typography variant="caption" color="textSecondary" noWrap sx={{ flex: 1 }}>
                {words(item.kind)}
                {item.account !== null && ` · ${item.account}`}
                {item.assigned_to !== null && ` · for ${nameOf(item.assigned_to)}`}
              </Typography>
              {item.evidence.length > 0 && (
                <ImageOutlined
                  titleAccess="With pictures"
                  sx={{ fontSize: 15, color: 'text.secondary' }}
                />
              )}
              <Typography variant="caption" color="textSecondary">
                <Ago at={item.created_at} />
              </Typography>
            </Box>
          </ListItemButton>
        </li>
      ))}
    </Box>
  );
}

function holderOf(item: InboxItem): string | undefined {
  return item.state === 'claimed' ? `Taken up by ${item.claimed_by}` : undefined;
}
