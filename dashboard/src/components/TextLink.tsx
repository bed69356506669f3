import Link, { type LinkProps } from '@mui/material/Link';
import { Link as RouterLink, type To } from 'react-router';

/** A link to another page of the dashboard. */
export function TextLink({ to, ...props }: Omit<LinkProps, 'href'> & { to: To }) {
  return <Link component={RouterLink} to={to} {...props} />;
}
