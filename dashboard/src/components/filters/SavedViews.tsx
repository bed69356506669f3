import BookmarkBorder from '@mui/icons-material/BookmarkBorder';
import Button from '@mui/material/Button';
import Close from '@mui/icons-material/Close';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useOptimisticSearchParams } from 'nuqs/adapters/react-router/v7';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { copy } from '@/lib/clipboard';
import { usePreference } from '@/lib/preferences';
import { useToast } from '@/lib/toasts';

interface View {
  name: string;
  search: string;
}

/** A view is the filters and the order, without the page and the row that happen to be open. */
function viewOf(search: URLSearchParams): string {
  const kept = new URLSearchParams(search);
  for (const name of ['page', 'after', 'open']) kept.delete(name);
  return kept.toString();
}

/** Filters worth keeping, by name, in this browser; and the link that shows the same to others. */
export function SavedViews({ name }: { name: string }) {
  // The router does not hear of what a filter writes into the address.
  const search = useOptimisticSearchParams();
  const navigate = useNavigate();
  const toast = useToast();
  const [views, setViews] = usePreference<View[]>(`views.${name}`, []);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [title, setTitle] = useState('');
  const here = viewOf(search);
  const current = views.find((view) => view.search === here);
  const close = () => setAnchor(null);

  const keep = () => {
    const others = views.filter((view) => view.name !== title.trim());
    setViews([...others, { name: title.trim(), search: here }]);
    setTitle('');
    close();
  };
  const forget = (view: View) => {
    setViews(views.filter((one) => one !== view));
    toast.done(`The view ${view.name} is gone.`, () => setViews(views));
  };
  const copyLink = async () => {
    if (await copy(location.href)) toast.tell('Link copied.');
    close();
  };
  return (
    <>
      <Button
        variant="outlined"
        startIcon={<BookmarkBorder />}
        onClick={(event) => setAnchor(event.currentTarget)}
        aria-haspopup="true"
      >
        {current?.name ?? 'Views'}
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={close}>
        {views.map((view) => (
          <MenuItem
            key={view.name}
            selected={view === current}
            onClick={() => {
              close();
              void navigate({ search: view.search });
            }}
          >
            <span style={{ flex: 1 }}>{view.name}</span>
            <IconButton
              aria-label={`Forget the view ${view.name}`}
              sx={{ ml: 2, minWidth: 24, minHeight: 24 }}
              onClick={(event) => {
                event.stopPropagation();
                forget(view);
              }}
            >
              <Close sx={{ fontSize: 15 }} />
            </IconButton>
          </MenuItem>
        ))}
        {views.length > 0 && <Divider />}
        <li style={{ display: 'flex', gap: 8, padding: '6px 12px' }}>
          <TextField
            label="Keep this view as"
            value={title}
            onChange={(event) => setTitle(event.target.value)}
            onKeyDown={(event) => {
              // The menu would take letters as a search among its items.
              event.stopPropagation();
              if (event.key === 'Enter' && title.trim() !== '') keep();
              if (event.key === 'Escape') close();
            }}
          />
          <Button variant="outlined" disabled={title.trim() === ''} onClick={keep}>
            Keep
          </Button>
        </li>
        <MenuItem onClick={() => void copyLink()}>Copy link</MenuItem>
      </Menu>
    </>
  );
}
