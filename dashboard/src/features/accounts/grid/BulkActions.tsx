import Button from '@mui/material/Button';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useState } from 'react';

import { ExportMenu } from '@/components/ExportMenu';
import { type Selection, sizeOf } from '@/components/table';
import { type BulkAction, targetOf } from './bulk';
import { BulkDialog } from './BulkDialog';
import { type AccountFilters, exportOf, filterOf } from './filters';

interface BulkActionsProps {
  selection: Selection;
  filters: AccountFilters;
  canWrite: boolean;
  onDone: () => void;
}

const IN_SIGHT: [BulkAction, string][] = [
  ['validate', 'Validate'],
  ['pause', 'Pause'],
  ['resume', 'Resume'],
  ['label', 'Label'],
];
const BEHIND: [BulkAction, string][] = [
  ['recover', 'Recover'],
  ['rotate', 'New passwords'],
  ['refresh_cookies', 'Refresh cookies'],
  ['unlabel', 'Take a label away'],
  ['activate', 'Activate'],
  ['retire', 'Retire'],
];

/** What can be done to the selection. */
export function BulkActions({ selection, filters, canWrite, onDone }: BulkActionsProps) {
  const [action, setAction] = useState<BulkAction | null>(null);
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [target, setTarget] = useState(() => targetOf(selection, filterOf(filters)));
  const begin = (wanted: BulkAction) => {
    setAnchor(null);
    // What is meant is settled here: the list may move on behind the dialog.
    setTarget(targetOf(selection, filterOf(filters)));
    setAction(wanted);
  };
  return (
    <>
      <ExportMenu path="/api/accounts/export" query={exportOf(filters, selection)} />
      {canWrite && (
        <>
          {IN_SIGHT.map(([name, label]) => (
            <Button key={name} variant="outlined" onClick={() => begin(name)}>
              {label}
            </Button>
          ))}
          <Button
            variant="outlined"
            aria-haspopup="true"
            onClick={(event) => setAnchor(event.currentTarget)}
          >
            More
          </Button>
          <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
            {BEHIND.map(([name, label]) => (
              <MenuItem key={name} onClick={() => begin(name)}>
                {label}
              </MenuItem>
            ))}
          </Menu>
        </>
      )}
      {action !== null && (
        <BulkDialog
          action={action}
          target={target}
          size={sizeOf(selection)}
          onClose={() => setAction(null)}
          onDone={() => {
            setAction(null);
            onDone();
          }}
        />
      )}
    </>
  );
}
