/**
 * Where this dashboard lives. The server writes <base href> for the path that it is served under,
 * so nothing here or elsewhere may begin an address with a slash.
 */
const base = new URL(document.baseURI);

/** The path of the dashboard, without a slash at its end: `/ui`, or `/ops/ui` behind a proxy. */
export const uiPath = base.pathname.replace(/\/[^/]*$/, '');

/** The address of the API, without a slash at its end. */
export const apiRoot = new URL('..', base).href.replace(/\/$/, '');

export function apiUrl(path: string): string {
  return apiRoot + path;
}

export function socketUrl(path: string): string {
  return apiUrl(path).replace(/^http/, 'ws');
}
