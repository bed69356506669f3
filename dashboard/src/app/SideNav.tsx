import Badge from '@mui/material/Badge';
import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import Divider from '@mui/material/Divider';
import Drawer from '@mui/material/Drawer';
import KeyboardDoubleArrowLeft from '@mui/icons-material/KeyboardDoubleArrowLeft';
import KeyboardDoubleArrowRight from '@mui/icons-material/KeyboardDoubleArrowRight';
import Tooltip from '@mui/material/Tooltip';
import { useQuery } from '@tanstack/react-query';
import { NavLink } from 'react-router';

import { useCan, useMe } from '@/lib/queries/me';
import { openAlertsQuery } from '@/lib/queries/alerts';
import { openInboxQuery } from '@/lib/queries/inbox';
import { Brand } from './Brand';
import { PAGES, type PageEntry } from './pages';

interface SideNavProps {
  isNarrow: boolean;
  onNarrow: (isNarrow: boolean) => void;
  isDrawerOpen: boolean;
  onCloseDrawer: () => void;
}

const WIDE = 208;
const NARROW = 56;

export function SideNav({ isNarrow, onNarrow, isDrawerOpen, onCloseDrawer }: SideNavProps) {
  const Arrow = isNarrow ? KeyboardDoubleArrowRight : KeyboardDoubleArrowLeft;
  return (
    <>
      <Box
        sx={{
          display: { xs: 'none', md: 'flex' },
          flexDirection: 'column',
          width: isNarrow ? NARROW : WIDE,
          flexShrink: 0,
          borderRight: 1,
          borderColor: 'divider',
          bgcolor: 'background.paper',
        }}
      >
        <Links isNarrow={isNarrow} />
        <Tooltip title={isNarrow ? 'Widen the navigation' : ''} placement="right">
          <ButtonBase
            onClick={() => onNarrow(!isNarrow)}
            aria-label={isNarrow ? 'Widen the navigation' : 'Narrow the navigation'}
            sx={{ ...itemStyle, m: 1, justifyContent: isNarrow ? 'center' : 'flex-start' }}
          >
            <Arrow sx={{ fontSize: 18 }} />
            {!isNarrow && 'Narrow'}
          </ButtonBase>
        </Tooltip>
      </Box>
      <Drawer
        open={isDrawerOpen}
        onClose={onCloseDrawer}
        sx={{ display: { md: 'none' } }}
        slotProps={{ paper: { sx: { width: 256 }, 'aria-label': 'Navigation' } }}
      >
        <Links isNarrow={false} onFollow={onCloseDrawer} />
      </Drawer>
    </>
  );
}

function Links({ isNarrow, onFollow }: { isNarrow: boolean; onFollow?: () => void }) {
  const scopes = useMe()?.scopes ?? [];
  const waiting = useWaiting();
  const shown = PAGES.filter((page) => scopes.includes(page.scope));
  return (
    <Box
      component="nav"
      aria-label="Main"
      sx={{ flex: 1, overflowY: 'auto', display: 'flex', flexDirection: 'column' }}
    >
      <Brand isNarrow={isNarrow} />
      <Box sx={{ px: 1, display: 'grid', gap: '2px' }}>
        {shown.map((page, index) => (
          <Box key={page.path}>
            {index > 0 && page.group !== shown[index - 1]?.group && <Divider sx={{ my: 1 }} />}
            <Item
              page={page}
              isNarrow={isNarrow}
              badge={waiting[page.path] ?? 0}
              onFollow={onFollow}
            />
          </Box>
        ))}
      </Box>
    </Box>
  );
}

interface ItemProps {
  page: PageEntry;
  isNarrow: boolean;
  badge: number;
  onFollow?: () => void;
}

function Item({ page, isNarrow, badge, onFollow }: ItemProps) {
  const Icon = page.icon;
  return (
    <Tooltip title={isNarrow ? page.title : ''} placement="right">
      <ButtonBase
        component={NavLink}
        to={`/${page.path}`}
        onClick={onFollow}
        // The code of a page is fetched while the pointer is on its way.
        onPointerEnter={() => void page.load()}
        sx={{ ...itemStyle, justifyContent: isNarrow ? 'center' : 'flex-start' }}
      >
        <Badge badgeContent={isNarrow ? badge : 0} color="error" max={99} variant="dot">
          <Icon sx={{ fontSize: 19 }} />
        </Badge>
        {isNarrow ? (
          <Box component="span" sx={hidden}>
            {page.title}
          </Box>
        ) : (
          page.title
        )}
        {!isNarrow && badge > 0 && (
          <Box component="span" aria-label={`${badge} open`} sx={badgeStyle}>
            {badge > 99 ? '99+' : badge}
          </Box>
        )}
      </ButtonBase>
    </Tooltip>
  );
}

/** How much waits for a person, by the path of the page that has it. */
function useWaiting(): Record<string, number> {
  const inbox = useQuery({ ...openInboxQuery(), enabled: useCan('inbox:read') });
  const alerts = useQuery({ ...openAlertsQuery(), enabled: useCan('alerts:read') });
  return {
    inbox: inbox.data?.total ?? inbox.data?.items.length ?? 0,
    alerts: alerts.data?.total ?? alerts.data?.items.length ?? 0,
  };
}

const itemStyle = {
  display: 'flex',
  width: '100%',
  minHeight: 34,
  px: 1.25,
  gap: 1.25,
  borderRadius: 1,
  fontSize: '0.8125rem',
  fontWeight: 500,
  color: 'text.secondary',
  '&:hover': { bgcolor: 'action.hover', color: 'text.primary' },
  '&.active': { bgcolor: 'primary.soft', color: 'primary.text', fontWeight: 600 },
} as const;

const badgeStyle = {
  ml: 'auto',
  minWidth: 20,
  px: 0.5,
  borderRadius: 5,
  bgcolor: 'error.dark',
  color: 'error.contrastText',
  fontSize: '0.6875rem',
  lineHeight: '18px',
  textAlign: 'center',
} as const;

const hidden = {
  position: 'absolute',
  width: 1,
  height: 1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
} as const;
