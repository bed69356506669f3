/** A list whose entries are parted by lines, as wide as the section that it stands in. */
export const listStyle = {
  m: 0,
  p: 0,
  listStyle: 'none',
  borderTop: 1,
  borderColor: 'divider',
  '& > li:not(:last-child)': { borderBottom: 1, borderColor: 'divider' },
} as const;
