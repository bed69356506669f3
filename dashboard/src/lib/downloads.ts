import { queryString } from './api';
import { apiUrl } from './location';

/** Lets the browser fetch a file of the server under the name that the server gives it. */
export function download(path: string, query: Record<string, unknown> = {}): void {
  follow(apiUrl(path) + queryString(query), '');
}

/** Saves what the page itself has made. */
export function save(content: string | Blob, name: string, type = 'text/plain'): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  follow(url, name);
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

function follow(href: string, name: string): void {
  const link = document.createElement('a');
  link.href = href;
  link.download = name;
  link.rel = 'noopener';
  document.body.append(link);
  link.click();
  link.remove();
}
