/** What lets this page's own style elements past the content security policy; empty in development. */
export const nonce =
  document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce || undefined;
