import Box from '@mui/material/Box';
import ChevronLeft from '@mui/icons-material/ChevronLeft';
import ChevronRight from '@mui/icons-material/ChevronRight';
import FirstPage from '@mui/icons-material/FirstPage';
import IconButton from '@mui/material/IconButton';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import type { ReactElement } from 'react';

import { count } from '@/lib/numbers';
import { PAGE_SIZE, type TableState } from './DataTable';
import { pageBefore, rememberCursor } from './trail';

interface PagerProps {
  name: string;
  list: Pick<TableState, 'page' | 'key' | 'goTo'>;
  shown: number;
  total: number | null;
  next: string | null;
}

/** Where one is in a list, and the steps from there. */
export function Pager({ name, list, shown, total, next }: PagerProps) {
  const trail = `${name}:${list.key}`;
  const first = (list.page - 1) * PAGE_SIZE + 1;
  const range = shown === 0 ? '0' : `${count(first)}–${count(first + shown - 1)}`;
  const forward = () => {
    rememberCursor(trail, list.page + 1, next);
    list.goTo(list.page + 1, next);
  };
  const back = () => {
    const before = pageBefore(trail, list.page);
    list.goTo(before.page, before.cursor);
  };
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5, ml: 'auto' }}>
      <Typography
        variant="body2"
        color="textSecondary"
        aria-live="polite"
        sx={{ mr: 1, minWidth: '16ch', textAlign: 'right', fontVariantNumeric: 'tabular-nums' }}
      >
        {range}
        {total !== null && ` of ${count(total)}`}
      </Typography>
      <Step
        label="First page"
        disabled={list.page === 1}
        onClick={() => list.goTo(1, null)}
        icon={<FirstPage />}
      />
      <Step label="Page before" disabled={list.page === 1} onClick={back} icon={<ChevronLeft />} />
      <Step label="Next page" disabled={next === null} onClick={forward} icon={<ChevronRight />} />
    </Box>
  );
}

interface StepProps {
  label: string;
  disabled: boolean;
  onClick: () => void;
  icon: ReactElement;
}

function Step({ label, disabled, onClick, icon }: StepProps) {
  return (
    <Tooltip title={label}>
      <span>
        <IconButton aria-label={label} disabled={disabled} onClick={onClick}>
          {icon}
        </IconButton>
      </span>
    </Tooltip>
  );
}
