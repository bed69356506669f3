import Block from '@mui/icons-material/Block';
import CheckCircle from '@mui/icons-material/CheckCircleOutlined';
import Cancel from '@mui/icons-material/CancelOutlined';
import HelpOutline from '@mui/icons-material/HelpOutlined';
import HourglassEmpty from '@mui/icons-material/HourglassEmpty';
import InfoOutlined from '@mui/icons-material/InfoOutlined';
import Inventory from '@mui/icons-material/Inventory2Outlined';
import LockOutlined from '@mui/icons-material/LockOutlined';
import PauseCircle from '@mui/icons-material/PauseCircleOutlined';
import PersonOutlined from '@mui/icons-material/PersonOutlined';
import PlayCircle from '@mui/icons-material/PlayCircleOutlined';
import RadioButtonUnchecked from '@mui/icons-material/RadioButtonUnchecked';
import Redo from '@mui/icons-material/Redo';
import StopCircle from '@mui/icons-material/StopCircleOutlined';
import WarningAmber from '@mui/icons-material/WarningAmber';
import type { SvgIconProps } from '@mui/material/SvgIcon';
import type { ComponentType } from 'react';

import type { ToneName } from '@/theme/palette';

export interface StateLook {
  tone: ToneName;
  icon: ComponentType<SvgIconProps>;
  /** Where the word alone, with a capital, would not do. */
  label?: string;
}

const good = (icon = CheckCircle, label?: string): StateLook => ({ tone: 'success', icon, label });
const busy = (icon = PlayCircle, label?: string): StateLook => ({ tone: 'primary', icon, label });
const still = (icon = RadioButtonUnchecked, label?: string): StateLook => ({
  tone: 'secondary',
  icon,
  label,
});
const care = (icon = WarningAmber, label?: string): StateLook => ({ tone: 'warning', icon, label });
const bad = (icon = Cancel, label?: string): StateLook => ({ tone: 'error', icon, label });

/** One look for each state of the product, whatever it is a state of. A word that is not here is grey. */
export const STATES: Record<string, StateLook> = {
  // health and lifecycle of accounts
  ok: good(),
  active: good(),
  valid: good(),
  unknown: still(HelpOutline),
  pending: still(HourglassEmpty),
  retired: still(Inventory),
  imported: still(),
  ready: busy(CheckCircle),
  warming_up: busy(HourglassEmpty),
  validating: busy(HourglassEmpty),
  recovering: care(Redo),
  new: still(),
  paused: care(PauseCircle),
  warning: care(),
  limited: care(HourglassEmpty),
  cooldown: care(HourglassEmpty),
  needs_human: bad(PersonOutlined, 'Needs a person'),
  challenge: bad(PersonOutlined),
  challenge_required: bad(PersonOutlined, 'Challenge'),
  challenge_passed: good(),
  second_factor: bad(PersonOutlined),
  needs_login: bad(LockOutlined, 'Needs log-in'),
  locked: bad(LockOutlined),
  suspended: bad(Block),
  banned: bad(Block),
  blocked: bad(Block),
  action_block: bad(Block),
  error: bad(),
  invalid: bad(),
  // sessions
  starting: busy(HourglassEmpty),
  running: busy(),
  stopping: care(StopCircle),
  stopped: still(StopCircle),
  finished: good(),
  completed: good(),
  failed: bad(),
  partly_failed: care(),
  crashed: bad(),
  lost: bad(HelpOutline),
  // interactions and attempts
  success: good(),
  confirmed: good(),
  refused: care(Block),
  absent: still(Block),
  skipped: still(Redo),
  dedupe_hit: still(Redo, 'Done before'),
  retry: care(Redo),
  intent: busy(HourglassEmpty),
  // monitors and alerts
  stale: care(HourglassEmpty),
  info: busy(InfoOutlined),
  critical: bad(),
  acknowledged: busy(PersonOutlined),
  sent: good(),
  // warm-up and content
  available: busy(RadioButtonUnchecked),
  content_assigned: busy(Inventory, 'Content chosen'),
  in_progress: busy(),
  requires_review: bad(PersonOutlined, 'Needs a review'),
  on_hold: care(PauseCircle),
  resting: still(HourglassEmpty),
  used_up: care(Block),
  archived: still(Inventory),
  added: good(),
  near: care(HelpOutline, 'Looks alike'),
  waiting: still(HourglassEmpty),
  // what a web site says to a log-in
  signed_in: good(),
  signed_out: still(),
  email_code: care(PersonOutlined, 'Asks for a mailed code'),
  wrong_password: bad(),
  wrong_code: bad(),
  // proxies and their changes
  up: good(),
  failing: care(),
  unchecked: still(HelpOutline),
  flapping: care(Redo, 'Unsteady'),
  proposed: care(PersonOutlined),
  approved: busy(CheckCircle),
  carried_out: good(),
  withdrawn: still(Block),
  // networks and what they allow
  connected: good(),
  disconnected: still(),
  not_connectable: still(Block, 'Not yet possible'),
  live: care(WarningAmber, 'Live'),
  official: good(),
  restricted: care(),
  assisted: busy(PersonOutlined),
  none: still(Block),
  renewing: busy(HourglassEmpty),
  ended: bad(LockOutlined),
  // inbox, operators, components
  open: care(RadioButtonUnchecked),
  claimed: busy(PersonOutlined),
  resolved: good(),
  expired: still(HourglassEmpty),
  degraded: care(),
  down: bad(),
  not_configured: still(RadioButtonUnchecked, 'Not configured'),
  disabled: still(Block),
  revoked: still(Block),
  changed: good(),
  create: good(CheckCircle, 'New'),
  update: busy(Redo, 'Update'),
  unchanged: still(),
};
