import AccountCircle from '@mui/icons-material/AccountCircleOutlined';
import Box from '@mui/material/Box';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import { useColorScheme } from '@mui/material/styles';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { api, data } from '@/lib/api';
import { apiUrl } from '@/lib/location';
import { useMe } from '@/lib/queries/me';
import { useToast } from '@/lib/toasts';

const MODES = [
  ['system', 'As the system'],
  ['light', 'Light'],
  ['dark', 'Dark'],
] as const;

export function PersonMenu({ onHelp }: { onHelp: () => void }) {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  const toast = useToast();
  const { mode, setMode } = useColorScheme();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const close = () => setAnchor(null);
  const logOut = async () => {
    close();
    try {
      await data(api.DELETE('/api/login'));
      client.clear();
      location.reload();
    } catch (error) {
      toast.failed('You are still logged in.', error);
    }
  };
  return (
    <>
      <Tooltip title={me?.name ?? ''}>
        <IconButton aria-label="Your menu" onClick={(event) => setAnchor(event.currentTarget)}>
          <AccountCircle fontSize="small" />
        </IconButton>
      </Tooltip>
      <Menu
        anchorEl={anchor}
        open={anchor !== null}
        onClose={close}
        slotProps={{ list: { sx: { minWidth: 220 } } }}
      >
        <Box component="li" sx={{ px: 2, py: 0.75 }}>
          <Typography variant="body2" sx={{ fontWeight: 600 }}>
            {me?.name}
          </Typography>
          <Typography variant="caption" color="textSecondary">
            {me?.role}
            {me?.kind === 'local' && ', without a log-in while this is a demo'}
          </Typography>
        </Box>
        <Divider />
        {MODES.map(([value, label]) => (
          <MenuItem
            key={value}
            role="menuitemradio"
            aria-checked={mode === value}
            selected={mode === value}
            onClick={() => setMode(value)}
          >
            {label}
          </MenuItem>
        ))}
        <Divider />
        <MenuItem
          onClick={() => {
            close();
            void navigate('/welcome');
          }}
        >
          First steps
        </MenuItem>
        <MenuItem
          onClick={() => {
            close();
            onHelp();
          }}
        >
          Keyboard shortcuts
        </MenuItem>
        <MenuItem component="a" href={apiUrl('/docs')} onClick={close}>
          API documentation
        </MenuItem>
        {me?.kind === 'operator' && <MenuItem onClick={() => void logOut()}>Log out</MenuItem>}
      </Menu>
    </>
  );
}
