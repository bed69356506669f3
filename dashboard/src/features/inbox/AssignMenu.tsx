import Button from '@mui/material/Button';
import Menu from '@mui/material/Menu';
import MenuItem from '@mui/material/MenuItem';
import { useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';

import { Kbd } from '@/components/Kbd';
import type { InboxItem } from '@/lib/api';
import { useKeys } from '@/lib/keys';
import { useCan } from '@/lib/queries/me';
import { operatorsQuery } from '@/lib/queries/operators';
import { useAssign } from './queries';
import { isNameOf, nameOf } from './standing';

/** Who is to deal with it. Where nobody can log in, there is nobody to give it to. */
export function AssignMenu({ item, isDisabled }: { item: InboxItem; isDisabled: boolean }) {
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setOpen] = useState(false);
  const mayAsk = useCan('access:read');
  const operators = useQuery({ ...operatorsQuery(), enabled: mayAsk });
  const assign = useAssign();
  const people = (operators.data?.items ?? []).filter(({ disabled_at: out }) => out === null);
  const isUseful = people.length > 0 && !isDisabled;
  useKeys(isUseful ? { m: () => setOpen(true) } : {});
  if (people.length === 0) return null;
  const give = (operator: string | null) => () => {
    setOpen(false);
    assign.mutate({ item, operator });
  };
  return (
    <>
      <Button
        ref={button}
        disabled={isDisabled}
        loading={assign.isPending}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setOpen(true)}
        endIcon={<Kbd keys="m" />}
        sx={{ mr: 'auto' }}
      >
        {item.assigned_to === null ? 'Assign' : `For ${nameOf(item.assigned_to)}`}
      </Button>
      <Menu
        anchorEl={() => button.current as HTMLElement}
        open={isOpen}
        onClose={() => setOpen(false)}
      >
        {people.map(({ id, username }) => (
          <MenuItem
            key={id}
            selected={item.assigned_to !== null && isNameOf(item.assigned_to, username)}
            onClick={give(username)}
          >
            {username}
          </MenuItem>
        ))}
        {item.assigned_to !== null && <MenuItem onClick={give(null)}>Anybody</MenuItem>}
      </Menu>
    </>
  );
}
