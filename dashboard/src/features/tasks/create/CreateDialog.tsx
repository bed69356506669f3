import Button from '@mui/material/Button';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import ToggleButton from '@mui/material/ToggleButton';
import ToggleButtonGroup from '@mui/material/ToggleButtonGroup';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useNavigate } from 'react-router';

import { FormDialog } from '@/components/FormDialog';
import type { TaskType } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { queueQuery } from '@/lib/queries/tasks';
import { PRIORITIES, priorityName, TASK_TYPES, typeName } from '@/lib/tasks';
import { idsOf, type Made, useCreate, useRehearsal } from '../actions';
import { Fields } from './Fields';
import { FileField } from './FileField';
import { Findings } from './Findings';
import {
  type Draft,
  EMPTY,
  type Errors,
  fieldsOf,
  FILE_COLUMNS,
  isByFile,
  orderOf,
  refusalOf,
} from './order';

interface CreateDialogProps {
  /** The type to begin with, where another page leads here. */
  first: string | null;
  onClose: () => void;
}

/** Loaded once somebody opens it. */
export default function CreateDialog({ first, onClose }: CreateDialogProps) {
  const queue = useQuery(choicesQuery());
  // The choices first, so that the form is whole when it opens.
  return !queue.isPending && <Form first={first} onClose={onClose} />;
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

function Form({ first, onClose }: CreateDialogProps) {
  const queue = useQuery(choicesQuery());
  const [chosen, setChosen] = useState(first);
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [seen, setSeen] = useState<Made | null>(null);
  const [errors, setErrors] = useState<Errors>({});
  const [refusal, setRefusal] = useState<string | null>(null);
  const create = useCreate();
  const rehearsal = useRehearsal();
  const navigate = useNavigate();
  // What cannot be run here is not offered: it would be refused. Who may not see the queue is told then.
  const runnable = queue.data?.runnable ?? TASK_TYPES;
  const types = TASK_TYPES.filter((type) => runnable.includes(type));
  const type = types.find((one) => one === chosen) ?? types[0];

  const startOver = () => {
    setErrors({});
    setRefusal(null);
    setSeen(null);
  };
  const change = (part: Partial<Draft>) => {
    setDraft((now) => ({ ...now, ...part }));
    setSeen(null);
    setRefusal(null);
    const left = Object.entries(errors).filter(([name]) => !((name.split('.')[0] ?? '') in part));
    setErrors(Object.fromEntries(left));
  };
  const send = (isMeant: boolean) => {
    if (type === undefined) return;
    const order = orderOf(type, draft);
    setRefusal(null);
    setErrors('errors' in order ? order.errors : {});
    if ('errors' in order) return;
    const onError = (error: unknown) => {
      const { errors: placed, rest } = refusalOf(error, type, order.wanted, draft);
      setErrors(placed);
      setRefusal(rest);
    };
    if (isMeant)
      create.mutate(order.wanted, {
        onSuccess: (made) => void navigate(placeOf(made)),
        onError,
      });
    else rehearsal.mutate(order.wanted, { onSuccess: setSeen, onError });
  };
  const byFile = type !== undefined && isByFile(type, draft);
  const size = type === undefined ? 0 : (sizeOfSeen(seen) ?? sizeOf(type, draft));
  // A file is looked at before it can be meant.
  const isChecked = !byFile || (seen !== null && size > 0);
  return (
    <FormDialog
      title="Create tasks"
      verb={!isChecked ? 'Check the file' : size > 1 ? `Create a batch of ${size}` : 'Create task'}
      refusal={refusal}
      isBusy={create.isPending || (!isChecked && rehearsal.isPending)}
      isReady={type !== undefined}
      onSubmit={() => send(isChecked)}
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
              startOver();
              setChosen(event.target.value);
            }}
          >
            {types.map((one) => (
              <MenuItem key={one} value={one}>
                {typeName(one)}
              </MenuItem>
            ))}
          </TextField>
          {FILE_COLUMNS[type] !== undefined && (
            <Source
              isFile={draft.isByFile}
              onChange={(next) => {
                startOver();
                setDraft({ ...draft, isByFile: next });
              }}
            />
          )}
          <Fields fields={fieldsOf(type, byFile)} draft={draft} errors={errors} onChange={change} />
          {byFile && (
            <FileField
              type={type}
              file={draft.file}
              error={errors.file}
              onFile={(file) => change({ file })}
            />
          )}
          {type === 'follow' && !byFile && (
            <Button
              variant="outlined"
              loading={rehearsal.isPending}
              onClick={() => send(false)}
              sx={{ justifySelf: 'start' }}
            >
              See what it would be
            </Button>
          )}
          {seen && <Findings seen={seen} file={byFile ? draft.file : null} />}
          {(size > 1 || byFile) && (
            <TextField
              label="Name of the batch"
              value={draft.name}
              error={errors.name !== undefined}
              helperText={errors.name ?? (size > 1 ? `${plural(size, 'task')} in one batch.` : ' ')}
              onChange={(event) => setDraft({ ...draft, name: event.target.value })}
              slotProps={{ htmlInput: { maxLength: byFile || type === 'follow' ? 150 : 190 } }}
            />
          )}
          <TextField
            select
            label="Priority"
            value={draft.priority}
            error={errors.priority !== undefined}
            helperText={errors.priority}
            onChange={(event) => setDraft({ ...draft, priority: event.target.value })}
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

interface SourceProps {
  isFile: boolean;
  onChange: (isFile: boolean) => void;
}

function Source({ isFile, onChange }: SourceProps) {
  return (
    <ToggleButtonGroup
      exclusive
      size="small"
      aria-label="How to say it"
      value={isFile}
      onChange={(_, next: boolean | null) => next !== null && onChange(next)}
    >
      <ToggleButton value={false}>Fill in</ToggleButton>
      <ToggleButton value={true}>From a CSV file</ToggleButton>
    </ToggleButtonGroup>
  );
}

function placeOf(made: Made): string {
  if (made.task) return `/tasks?open=${made.task.id}`;
  const [only, ...others] = idsOf(made);
  return only && others.length === 0 ? `/tasks/batches/${only}` : '/tasks/batches';
}

/** How many there will be, as the server has counted; undefined before it was asked. */
function sizeOfSeen(seen: Made | null): number | undefined {
  return seen?.file?.tasks ?? seen?.follow?.pairs;
}

function sizeOf(type: TaskType, draft: Draft): number {
  const order = orderOf(type, draft);
  if ('errors' in order || order.wanted.kind === 'file') return 0;
  if (order.wanted.kind === 'task') return 1;
  if (order.wanted.kind === 'batch') return order.wanted.body.tasks.length;
  const { accounts, targets, internal, per_account_max: most } = order.wanted.body;
  const people = targets?.length ? targets.length : internal ? accounts.length - 1 : 0;
  return accounts.length * Math.min(people, most ?? 0);
}
