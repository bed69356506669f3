import { useEffect, useRef } from 'react';
import { useNavigate } from 'react-router';

import { isTyping } from '@/lib/keys';
import { PAGES } from './pages';
import type { Overlay } from './Shell';

const SEQUENCE = 1200;

/** The keys that work everywhere: Ctrl K, `?`, `/`, and `g` followed by the letter of a page. */
export function useShortcuts(show: (overlay: Overlay) => void): void {
  const navigate = useNavigate();
  const pressedG = useRef(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        show('palette');
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      // A dialog that is open has the keyboard to itself.
      if (document.querySelector('[role="dialog"], [role="menu"]')) return;
      if (event.key === '?') show('help');
      else if (event.key === '/') focusSearch(event);
      else if (event.key === 'g') pressedG.current = Date.now();
      else if (Date.now() - pressedG.current < SEQUENCE) {
        pressedG.current = 0;
        const page = PAGES.find(({ key }) => key === event.key);
        if (page) void navigate(`/${page.path}`);
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [navigate, show]);
}

function focusSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>('[data-search]');
  if (field === null) return;
  event.preventDefault();
  field.focus();
  field.select();
}
