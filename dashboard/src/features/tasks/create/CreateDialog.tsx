import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { FormDialog } from '@/components/FormDialog';
import type { TaskType } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { queueQuery } from '@/lib/queries/tasks';
import { PRIORITIES, priorityName, TASK_TYPES, typeName } from '@/lib/tasks';
import { type Made, useCreate } from '../actions';
import { Fields } from './Fields';
import { type Draft, EMPTY, type Errors, fieldsOf, orderOf, refusalOf } from './order';

interface CreateDialogProps {
  open: boolean;
  /** The type to begin with, where another page leads here. */
  first: string | null;
  onClose: () => void;
}

export function CreateDialog({ open, first, onClose }: CreateDialogProps) {
  const queue = useQuery(choicesQuery());
  // With the page the choices come too, so the form is whole when it opens.
  return open && !queue.isPending && <Form first={first} onClose={onClose} />;
}

const choicesQuery = () => ({ ...queueQuery(), refetchInterval: false as const });

const ABOUT: Partial<Record<TaskType, string>> = {
  validate_account: 'Each account logs in, is looked at, and gets the health that fits.',
  check_proxy: 'Each proxy is gone out through once, to see whether and where it leads out.',
  follow: 'Each account follows each person, as fast as its limits allow, and nobody twice.',
  update_profile: 'Each account gets what is filled in; what is empty stays as it is.',
  lookup_profile: 'What a profile shows to everybody, read by a worker account.',
  lookup_posts: 'The newest posts of each, read by a worker account.',
};

function Form({ first, onClose }: Omit<CreateDialogProps, 'open'>) {
  const queue = useQuery(choicesQuery());
  const [chosen, setChosen] = useState(first);
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [errors, setErrors] = useState<Errors>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const create = useCreate();
  const navigate = useNavigate();
  // What cannot be run here is not offered: it would be refused. Who may not see the queue is told then.
  const runnable = queue.data?.runnable ?? TASK_TYPES;
  const types = TASK_TYPES.filter((type) => runnable.includes(type));
  const type = types.find((one) => one === chosen) ?? types[0];

  const change = (part: Partial<Draft>) => {
    setDraft({ ...draft, ...part });
    const left = Object.entries(errors).filter(([name]) => !((name.split('.')[0] ?? '') in part));
    setErrors(Object.fromEntries(left));
  };
  const submit = () => {
    if (type === undefined) return;
    const order = orderOf(type, draft);
    setRefusal(null);
    setErrors('errors' in order ? order.errors : {});
    if ('errors' in order) return;
    create.mutate(order.wanted, {
      onSuccess: (made) => void navigate(placeOf(made)),
      onError: (error) => {
        const { errors: placed, rest } = refusalOf(error, type, order.wanted, draft);
        setErrors(placed);
        setRefusal(rest);
      },
    });
  };
  const size = type === undefined ? 0 : sizeOf(type, draft);
  return (
    <FormDialog
      title="Create tasks"
      verb={size > 1 ? `Create a batch of ${size}` : 'Create task'}
      refusal={refusal}
      isBusy={create.isPending}
      isReady={type !== undefined}
      onSubmit={submit}
      onClose={onClose}
    >
      {type === undefined ? (
        <div>Nothing in this installation runs tasks yet.</div>
      ) : (
        <>
          <TextField
            select
            label="What is to be done"
            value={type}
            error={errors.type !== undefined}
            helperText={errors.type ?? ABOUT[type] ?? ' '}
            onChange={(event) => {
              setErrors({});
              setRefusal(null);
              setChosen(event.target.value);
            }}
          >
            {types.map((one) => (
              <MenuItem key={one} value={one}>
                {typeName(one)}
              </MenuItem>
            ))}
          </TextField>
          <Fields fields={fieldsOf(type)} draft={draft} errors={errors} onChange={change} />
          {size > 1 && (
            <TextField
              label="Name of the batch"
              value={draft.name}
              error={errors.name !== undefined}
              helperText={errors.name ?? `${plural(size, 'task')} in one batch.`}
              onChange={(event) => change({ name: event.target.value })}
              slotProps={{ htmlInput: { maxLength: 190 } }}
            />
          )}
          <TextField
            select
            label="Priority"
            value={draft.priority}
            error={errors.priority !== undefined}
            helperText={errors.priority}
            onChange={(event) => change({ priority: event.target.value })}
            slotProps={{ inputLabel: { shrink: true }, select: { displayEmpty: true } }}
          >
            <MenuItem value="">The usual one</MenuItem>
            {PRIORITIES.map((one) => (
              <MenuItem key={one} value={String(one)}>
                {priorityName(one)}
              </MenuItem>
            ))}
          </TextField>
        </>
      )}
    </FormDialog>
  );
}

function placeOf({ task, batch, follow }: Made): string {
  if (task) return `/tasks?open=${task.id}`;
  const [only, ...others] = batch ? [batch] : (follow?.batches ?? []);
  return only?.id && others.length === 0 ? `/tasks/batches/${only.id}` : '/tasks/batches';
}

function sizeOf(type: TaskType, draft: Draft): number {
  const order = orderOf(type, draft);
  if ('errors' in order) return 0;
  if (order.wanted.kind === 'task') return 1;
  if (order.wanted.kind === 'batch') return order.wanted.body.tasks.length;
  const { accounts, targets, per_account_max: most } = order.wanted.body;
  return accounts.length * Math.min(targets?.length ?? 0, most ?? 0);
}
