import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import ChevronLeft from '@mui/icons-material/ChevronLeft';
import ChevronRight from '@mui/icons-material/ChevronRight';
import Divider from '@mui/material/Divider';
import FirstPage from '@mui/icons-material/FirstPage';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Tooltip from '@mui/material/Tooltip';
import Typography from '@mui/material/Typography';
import ViewColumn from '@mui/icons-material/ViewColumnOutlined';
import type { GridColumnVisibilityModel, GridDensity } from '@mui/x-data-grid';
import { useState } from 'react';

import { count } from '@/lib/numbers';
import { PAGE_SIZE, type TableState } from './DataTable';
import { pageBefore, rememberCursor } from './trail';

interface TableFooterProps {
  name: string;
  list: TableState;
  shown: number;
  total: number | null;
  next: string | null;
  columns: { field: string; label: string }[];
  visible: GridColumnVisibilityModel;
  onVisible: (model: GridColumnVisibilityModel) => void;
  density: GridDensity;
  onDensity: (density: GridDensity) => void;
}

const DENSITIES: GridDensity[] = ['compact', 'standard', 'comfortable'];

export function TableFooter(props: TableFooterProps) {
  const { list, shown, total, next } = props;
  const trail = `${props.name}:${list.key}`;
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
    <Box
      sx={{
        display: 'flex',
        alignItems: 'center',
        gap: 0.5,
        minHeight: 44,
        px: 1,
        borderTop: 1,
        borderColor: 'divider',
      }}
    >
      <ColumnsMenu {...props} />
      <Typography
        variant="body2"
        color="textSecondary"
        sx={{ ml: 'auto', mr: 1 }}
        aria-live="polite"
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

function Step(props: {
  label: string;
  disabled: boolean;
  onClick: () => void;
  icon: React.ReactElement;
}) {
  return (
    <Tooltip title={props.label}>
      <span>
        <IconButton aria-label={props.label} disabled={props.disabled} onClick={props.onClick}>
          {props.icon}
        </IconButton>
      </span>
    </Tooltip>
  );
}

function ColumnsMenu({ columns, visible, onVisible, density, onDensity }: TableFooterProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  return (
    <>
      <Tooltip title="Columns and density">
        <IconButton
          aria-label="Columns and density"
          onClick={(event) => setAnchor(event.currentTarget)}
        >
          <ViewColumn fontSize="small" />
        </IconButton>
      </Tooltip>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        {columns.map(({ field, label }) => {
          const isShown = visible[field] !== false;
          return (
            <MenuItem
              key={field}
              role="menuitemcheckbox"
              aria-checked={isShown}
              onClick={() => onVisible({ ...visible, [field]: !isShown })}
            >
              <Checkbox
                checked={isShown}
                size="small"
                tabIndex={-1}
                sx={{ p: 0, mr: 1 }}
                aria-hidden
              />
              {label}
            </MenuItem>
          );
        })}
        <Divider />
        {DENSITIES.map((one) => (
          <MenuItem
            key={one}
            role="menuitemradio"
            aria-checked={density === one}
            selected={density === one}
            onClick={() => onDensity(one)}
          >
            {one.charAt(0).toUpperCase() + one.slice(1)}
          </MenuItem>
        ))}
      </Menu>
    </>
  );
}
