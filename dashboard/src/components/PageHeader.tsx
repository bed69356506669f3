import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';
import type { ReactNode } from 'react';

import { TextLink } from './TextLink';

interface PageHeaderProps {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  parent?: { title: string; to: string };
}

export function PageHeader({ title, about, actions, parent }: PageHeaderProps) {
  return (
    <Box
      component="header"
      sx={{ display: 'flex', alignItems: 'center', flexWrap: 'wrap', gap: 1, minHeight: 36 }}
    >
      <Box sx={{ flex: '1 1 240px', minWidth: 0 }}>
        {parent && (
          <Typography variant="caption" component="nav" aria-label="Breadcrumb">
            <TextLink to={parent.to}>{parent.title}</TextLink>
          </Typography>
        )}
        <Typography variant="h1" noWrap title={title}>
          {title}
        </Typography>
        {about !== undefined && (
          <Typography variant="body2" component="div" color="textSecondary">
            {about}
          </Typography>
        )}
      </Box>
      {actions !== undefined && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
          {actions}
        </Box>
      )}
    </Box>
  );
}
