import Box from '@mui/material/Box';
import Dialog from '@mui/material/Dialog';
import { useColorScheme } from '@mui/material/styles';
import { useQuery } from '@tanstack/react-query';
import { Command } from 'cmdk';
import { useDeferredValue, useState } from 'react';
import { useNavigate } from 'react-router';

import { Kbd } from '@/components/Kbd';
import { accountSearchQuery } from '@/lib/queries/accounts';
import { useCan, useMe } from '@/lib/queries/me';
import { useZone } from '@/lib/time';
import { PAGES } from './pages';
import { paletteStyle } from './paletteStyle';

/** Ctrl K: every page, every switch, and every account by its name. */
export default function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const navigate = useNavigate();
  const scopes = useMe()?.scopes ?? [];
  const [text, setText] = useState('');
  const search = useDeferredValue(text.trim());
  const canSeeAccounts = useCan('accounts:read');
  const canValidate = useCan('accounts:write');
  const canSeeTasks = useCan('tasks:read');
  const canWriteTasks = useCan('tasks:write');
  const canAddContent = useCan('content:write');
  const canWarmUp = useCan('warmup:write');
  const accounts = useQuery({
    ...accountSearchQuery(search),
    enabled: canSeeAccounts && search.length > 1,
  });
  const { mode, setMode } = useColorScheme();
  const { zone, setZone } = useZone();
  const go = (path: string) => () => {
    onClose();
    void navigate(path);
  };
  const act = (what: () => void) => () => {
    onClose();
    what();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      maxWidth="sm"
      fullWidth
      aria-label="Go to or do"
      sx={{ '& .MuiDialog-container': { alignItems: 'flex-start', pt: { sm: '8vh' } } }}
    >
      <Box component={Command} label="Go to or do" sx={paletteStyle}>
        <Command.Input
          autoFocus
          value={text}
          onValueChange={setText}
          placeholder="A page, an account, a command"
        />
        <Command.List>
          <Command.Empty>Nothing is called that.</Command.Empty>
          <Command.Group heading="Go to">
            {PAGES.filter(({ scope }) => scopes.includes(scope)).map(
              ({ path, title, icon: Icon, key }) => (
                <Command.Item key={path} value={title} onSelect={go(`/${path}`)}>
                  <Icon sx={{ fontSize: 18 }} /> {title}
                  <span className="keys">
                    <Kbd keys={`g ${key}`} />
                  </span>
                </Command.Item>
              ),
            )}
          </Command.Group>
          {(accounts.data?.items.length ?? 0) > 0 && (
            <Command.Group heading="Accounts">
              {accounts.data?.items.map((account) => (
                <Command.Item
                  key={account.id}
                  value={`${account.login} ${account.account_no} ${account.email ?? ''}`}
                  onSelect={go(`/accounts/${account.id}`)}
                >
                  {account.login} <span className="more">{account.account_no}</span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
          <Command.Group heading="Do">
            {canValidate && (
              <Command.Item onSelect={go('/accounts?do=validate')}>Validate accounts</Command.Item>
            )}
            {canSeeTasks && <Command.Item onSelect={go('/queue')}>Open the queue</Command.Item>}
            {canWriteTasks && (
              <Command.Item onSelect={go('/tasks?create=')}>Create tasks</Command.Item>
            )}
            {canAddContent && (
              <Command.Item onSelect={go('/content/add')}>Add pictures</Command.Item>
            )}
            {canWarmUp && (
              <Command.Item onSelect={go('/warmup?lifecycle=ready')}>
                Start the warm-up of ready accounts
              </Command.Item>
            )}
            <Command.Item onSelect={act(() => setMode(mode === 'dark' ? 'light' : 'dark'))}>
              Switch to the {mode === 'dark' ? 'light' : 'dark'} scheme
            </Command.Item>
            <Command.Item onSelect={act(() => setZone(zone === 'UTC' ? 'local' : 'UTC'))}>
              Show times in {zone === 'UTC' ? 'the local zone' : 'UTC'}
            </Command.Item>
            <Command.Item onSelect={act(onHelp)}>Keyboard shortcuts</Command.Item>
          </Command.Group>
        </Command.List>
      </Box>
    </Dialog>
  );
}
