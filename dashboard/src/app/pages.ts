import Timer from '@mui/icons-material/TimerOutlined';
import Checklist from '@mui/icons-material/ChecklistOutlined';
import Dashboard from '@mui/icons-material/SpaceDashboardOutlined';
import FactCheck from '@mui/icons-material/FactCheckOutlined';
import Group from '@mui/icons-material/GroupOutlined';
import Hub from '@mui/icons-material/HubOutlined';
import Inbox from '@mui/icons-material/InboxOutlined';
import Key from '@mui/icons-material/KeyOutlined';
import LowPriority from '@mui/icons-material/LowPriorityOutlined';
import NotificationsNone from '@mui/icons-material/NotificationsNone';
import MonitorHeart from '@mui/icons-material/MonitorHeartOutlined';
import PhotoLibrary from '@mui/icons-material/PhotoLibraryOutlined';
import PlayCircle from '@mui/icons-material/PlayCircleOutlined';
import Router from '@mui/icons-material/RouterOutlined';
import ShowChart from '@mui/icons-material/ShowChart';
import Settings from '@mui/icons-material/TuneOutlined';
import SwapVert from '@mui/icons-material/SwapVertOutlined';
import Whatshot from '@mui/icons-material/WhatshotOutlined';
import type { SvgIconProps } from '@mui/material/SvgIcon';
import type { ComponentType } from 'react';

import type { Scope } from '@/lib/api';

export interface PageEntry {
  path: string;
  title: string;
  icon: ComponentType<SvgIconProps>;
  /** Without this scope the page is not shown. */
  scope: Scope;
  /** `g` and then this key leads here. */
  key: string;
  group: 'work' | 'house';
  load: () => Promise<{ Component: ComponentType }>;
}

/** Every page of the navigation, in its order. A new capability adds a line here and a folder in features. */
export const PAGES: PageEntry[] = [
  {
    path: 'overview',
    title: 'Overview',
    icon: Dashboard,
    scope: 'own',
    key: 'o',
    group: 'work',
    load: () => import('@/features/overview/routes'),
  },
  {
    path: 'accounts',
    title: 'Accounts',
    icon: Group,
    scope: 'accounts:read',
    key: 'a',
    group: 'work',
    load: () => import('@/features/accounts/routes'),
  },
  {
    path: 'sessions',
    title: 'Sessions',
    icon: PlayCircle,
    scope: 'sessions:read',
    key: 's',
    group: 'work',
    load: () => import('@/features/sessions/routes'),
  },
  {
    path: 'tasks',
    title: 'Tasks',
    icon: Checklist,
    scope: 'tasks:read',
    key: 'k',
    group: 'work',
    load: () => import('@/features/tasks/routes'),
  },
  {
    path: 'queue',
    title: 'Queue',
    icon: LowPriority,
    scope: 'tasks:read',
    key: 'q',
    group: 'work',
    load: () => import('@/features/queue/routes'),
  },
  {
    path: 'interactions',
    title: 'Interactions',
    icon: SwapVert,
    scope: 'interactions:read',
    key: 'i',
    group: 'work',
    load: () => import('@/features/interactions/routes'),
  },
  {
    path: 'states',
    title: 'Account states',
    icon: Timer,
    scope: 'accounts:read',
    key: 't',
    group: 'work',
    load: () => import('@/features/states/routes'),
  },
  {
    path: 'monitors',
    title: 'Monitors',
    icon: ShowChart,
    scope: 'monitors:read',
    key: 'm',
    group: 'work',
    load: () => import('@/features/monitors/routes'),
  },
  {
    path: 'warmup',
    title: 'Warm-up',
    icon: Whatshot,
    scope: 'warmup:read',
    key: 'w',
    group: 'work',
    load: () => import('@/features/warmup/routes'),
  },
  {
    path: 'content',
    title: 'Content',
    icon: PhotoLibrary,
    scope: 'content:read',
    key: 'p',
    group: 'work',
    load: () => import('@/features/content/routes'),
  },
  {
    path: 'inbox',
    title: 'Inbox',
    icon: Inbox,
    scope: 'inbox:read',
    key: 'n',
    group: 'work',
    load: () => import('@/features/inbox/routes'),
  },
  {
    path: 'alerts',
    title: 'Alerts',
    icon: NotificationsNone,
    scope: 'alerts:read',
    key: 'l',
    group: 'work',
    load: () => import('@/features/alerts/routes'),
  },
  {
    path: 'proxies',
    title: 'Proxies',
    icon: Router,
    scope: 'accounts:read',
    key: 'r',
    group: 'house',
    load: () => import('@/features/proxies/routes'),
  },
  {
    path: 'networks',
    title: 'Networks',
    icon: Hub,
    scope: 'settings:read',
    key: 'x',
    group: 'house',
    load: () => import('@/features/networks/routes'),
  },
  {
    path: 'settings',
    title: 'Settings',
    icon: Settings,
    scope: 'settings:read',
    key: 'e',
    group: 'house',
    load: () => import('@/features/settings/routes'),
  },
  {
    path: 'audit',
    title: 'Audit',
    icon: FactCheck,
    scope: 'audit:read',
    key: 'u',
    group: 'house',
    load: () => import('@/features/audit/routes'),
  },
  {
    path: 'health',
    title: 'Health',
    icon: MonitorHeart,
    scope: 'health:read',
    key: 'h',
    group: 'house',
    load: () => import('@/features/health/routes'),
  },
  {
    path: 'access',
    title: 'Access',
    icon: Key,
    scope: 'access:read',
    key: 'c',
    group: 'house',
    load: () => import('@/features/access/routes'),
  },
];

/** Loads the other pages while the browser has nothing to do, one after the other, so that each opens at once. */
export function loadWhenIdle(): () => void {
  const waiting = [...PAGES];
  let handle = 0;
  const next = () => {
    const page = waiting.shift();
    // Whoever saves data loads a page when it is asked for; and what fails now is tried again then.
    if (page === undefined || isSaving()) return;
    void page
      .load()
      .catch(() => undefined)
      .then(() => (handle = requestIdleCallback(next)));
  };
  handle = requestIdleCallback(next, { timeout: 5000 });
  return () => {
    waiting.length = 0;
    cancelIdleCallback(handle);
  };
}

function isSaving(): boolean {
  return (
    'connection' in navigator && (navigator.connection as { saveData?: boolean }).saveData === true
  );
}
