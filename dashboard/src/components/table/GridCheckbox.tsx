import { styled } from '@mui/material/styles';
import type { GridSlotProps } from '@mui/x-data-grid';
import { useEffect, useRef } from 'react';

// The browser's own, in our colour: the library's is a dozen components, and a page of a list has a hundred of them.
const Box = styled('input')({
  width: 15,
  height: 15,
  margin: 4,
  accentColor: 'var(--rt-palette-primary-main)',
  cursor: 'inherit',
});

/** What a row is chosen by, and all rows of a page. */
export function GridCheckbox(props: GridSlotProps['baseCheckbox']) {
  const { checked, disabled, indeterminate = false, tabIndex, className, slotProps } = props;
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (input.current) input.current.indeterminate = indeterminate;
  }, [indeterminate]);
  return (
    <Box
      {...slotProps?.htmlInput}
      ref={input}
      type="checkbox"
      className={className}
      checked={checked}
      disabled={disabled}
      tabIndex={tabIndex}
      onChange={props.onChange}
      onClick={props.onClick}
      onMouseDown={props.onMouseDown}
      onKeyDown={props.onKeyDown}
    />
  );
}
