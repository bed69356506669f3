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
  const said = about !== undefined && (
    <Typography variant="body2" component="div" color="textSecondary" sx={{ flexBasis: '100%' }}>
      {about}
    </Typography>
  );
  return (
    <Box
      component="header"
      sx={{
        display: 'flex',
        alignItems: 'center',
        flexWrap: 'wrap',
        columnGap: 1,
        rowGap: parent ? 1 : 0.25,
        minHeight: 36,
      }}
    >
      {/* What one thing is called may be long, and its buttons then go below; a list's name is short. */}
      <Box sx={{ flex: parent ? '1 1 240px' : '1 1 130px', minWidth: 0 }}>
        {parent && (
          <Typography variant="caption" component="nav" aria-label="Breadcrumb">
            <TextLink to={parent.to}>{parent.title}</TextLink>
          </Typography>
        )}
        <Typography variant="h1" noWrap title={title}>
          {title}
        </Typography>
        {parent && said}
      </Box>
      {actions !== undefined && (
        <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
          {actions}
        </Box>
      )}
      {!parent && said}
    </Box>
  );
}
