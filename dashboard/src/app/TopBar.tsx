import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import IconButton from '@mui/material/IconButton';
import MenuIcon from '@mui/icons-material/Menu';
import Search from '@mui/icons-material/Search';

import { Kbd } from '@/components/Kbd';
import { LiveIndicator } from './LiveIndicator';
import { PauseButton } from './PauseButton';
import { PersonMenu } from './PersonMenu';
import type { Overlay } from './Shell';
import { ZoneSwitch } from './ZoneSwitch';

interface TopBarProps {
  onMenu: () => void;
  onOverlay: (overlay: Overlay) => void;
}

export function TopBar({ onMenu, onOverlay }: TopBarProps) {
  return (
    <Box
      component="header"
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: { xs: 0.5, sm: 1 },
        height: 48,
        flexShrink: 0,
        px: { xs: 1, sm: 2 },
        borderBottom: 1,
        borderColor: 'divider',
        bgcolor: 'background.paper',
      }}
    >
      <IconButton
        aria-label="Open the navigation"
        onClick={onMenu}
        sx={{ display: { md: 'none' } }}
      >
        <MenuIcon fontSize="small" />
      </IconButton>
      <Button
        variant="outlined"
        onClick={() => onOverlay('palette')}
        startIcon={<Search />}
        sx={{
          color: 'text.secondary',
          fontWeight: 450,
          minWidth: 0,
          width: { sm: 260 },
          justifyContent: 'flex-start',
          '& .MuiButton-startIcon': { mr: { xs: 0, sm: 1 }, ml: { xs: 0, sm: -0.5 } },
        }}
      >
        {/* Without room for the words they are still the button's name. */}
        <Box
          component="span"
          sx={{
            display: 'flex',
            flex: 1,
            gap: 1,
            position: { xs: 'absolute', sm: 'static' },
            width: { xs: '1px', sm: 'auto' },
            overflow: 'hidden',
            clipPath: { xs: 'inset(50%)', sm: 'none' },
            whiteSpace: 'nowrap',
          }}
        >
          Go to or do
          <Box component="span" sx={{ ml: 'auto' }}>
            <Kbd keys="Ctrl K" />
          </Box>
        </Box>
      </Button>
      <Box sx={{ flex: 1 }} />
      <LiveIndicator />
      <ZoneSwitch />
      <PauseButton />
      <PersonMenu onHelp={() => onOverlay('help')} />
    </Box>
  );
}
