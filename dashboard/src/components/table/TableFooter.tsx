import Box from '@mui/material/Box';
import Checkbox from '@mui/material/Checkbox';
import Divider from '@mui/material/Divider';
import IconButton from '@mui/material/IconButton';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import Tooltip from '@mui/material/Tooltip';
import ViewColumn from '@mui/icons-material/ViewColumnOutlined';
import type { GridColumnVisibilityModel, GridDensity } from '@mui/x-data-grid';
import { useState } from 'react';

import type { TableState } from './DataTable';
import { Pager } from './Pager';

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
      <Pager
        name={props.name}
        list={props.list}
        shown={props.shown}
        total={props.total}
        next={props.next}
      />
    </Box>
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
