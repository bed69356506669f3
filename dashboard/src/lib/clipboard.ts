import { toast } from './toasts';

/** Puts text into the clipboard; false where neither way is open to the page, which is said to the user. */
export async function copy(text: string): Promise<boolean> {
  const isCopied = (await byClipboard(text)) || bySelection(text);
  if (!isCopied) toast.warn('This browser does not let the page copy. Select the text instead.');
  return isCopied;
}

/** A page that came over plain http from another machine has no clipboard. */
async function byClipboard(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function bySelection(text: string): boolean {
  const before = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.readOnly = true;
  area.style.position = 'fixed';
  area.style.opacity = '0';
  // A dialog and a menu take the focus back from whatever is outside of them.
  (before?.closest('[role="dialog"], [role="menu"]') ?? document.body).append(area);
  area.select();
  try {
    // Deprecated, and the only way there is without a clipboard.
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    area.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
}
