import Button from '@mui/material/Button';
import Paper from '@mui/material/Paper';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link as RouterLink, useNavigate } from 'react-router';

import { ConfirmDialog } from '@/components/ConfirmDialog';
import { EmptyState } from '@/components/EmptyState';
import { FilterBar } from '@/components/filters';
import { DataTable, NOTHING, PAGE_SIZE, type Selection, sizeOf } from '@/components/table';
import { useListState } from '@/lib/listState';
import { useCan } from '@/lib/queries/me';
import { type Act, monitorWords, useAct, type Whom } from './actions';
import { COLUMNS, HIDDEN, PHONE } from './columns';
import { FIELDS, monitorFilterOf, SHAPE } from './filters';
import { CreateButton, MonitorsFrame } from './MonitorsFrame';
import { type MonitorFilter, monitorsQuery } from './queries';
import { SpendLine } from './SpendLine';

/** Whose public numbers are read, how fresh those are, and when they are read next. */
export function MonitorsPage() {
  const list = useListState(SHAPE);
  const navigate = useNavigate();
  const canWrite = useCan('monitors:write');
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const filter = monitorFilterOf(list.filters);
  const monitors = useQuery(
    monitorsQuery({ ...filter, ...sortOf(list.sort), limit: PAGE_SIZE, cursor: list.cursor }),
  );
  const kinds = new Map(monitors.data?.items.map(({ id, kind }) => [String(id), kind]));
  // A grid without rows may hold nothing that can be pressed.
  const isNothing = !list.isFiltered && list.page === 1 && monitors.data?.items.length === 0;
  return (
    <MonitorsFrame tab="">
      <SpendLine />
      <FilterBar name="monitors" list={list} fields={FIELDS} />
      {isNothing ? (
        <Paper variant="outlined">
          <Nothing />
        </Paper>
      ) : (
        <DataTable
          name="monitors"
          phone={PHONE}
          label="Monitors"
          query={monitors}
          columns={COLUMNS}
          hidden={HIDDEN}
          list={list}
          onOpen={(monitor) => void navigate(`/monitors/${monitor.id}`)}
          selection={selection}
          onSelect={setSelection}
          actions={
            <>
              <Compare selection={selection} kindOf={(id) => kinds.get(id)} />
              {canWrite && (
                <Acts selection={selection} filter={filter} onDone={() => setSelection(NOTHING)} />
              )}
            </>
          }
          empty={<Nothing />}
        />
      )}
    </MonitorsFrame>
  );
}

function Nothing() {
  return (
    <EmptyState title="Nobody is watched." actions={<CreateButton label="Watch the first" />}>
      A monitor reads the public numbers of a person or a post again and again, keeps what it has
      read, and says how old it is.
    </EmptyState>
  );
}

const SORTS: NonNullable<MonitorFilter['sort_by']>[] = ['created', 'due', 'subject'];

function sortOf(sort: { by: string; order: 'asc' | 'desc' } | null): MonitorFilter {
  const by = SORTS.find((one) => one === sort?.by);
  return by === undefined ? {} : { sort_by: by, sort_order: sort?.order };
}

interface CompareProps {
  selection: Selection;
  kindOf: (id: string) => string | undefined;
}

/** Only what has the same counts can be laid side by side. */
function Compare({ selection, kindOf }: CompareProps) {
  const ids = selection.kind === 'ids' ? selection.ids : [];
  const isOneKind = new Set(ids.map(kindOf)).size === 1;
  if (ids.length < 2 || ids.length > 8 || !isOneKind) return null;
  return (
    <Button
      component={RouterLink}
      to={`/monitors/compare?ids=${ids.join(',')}`}
      variant="outlined"
      color="inherit"
    >
      Compare
    </Button>
  );
}

interface ActsProps {
  selection: Selection;
  filter: MonitorFilter;
  onDone: () => void;
}

function Acts({ selection, filter, onDone }: ActsProps) {
  const [isAsking, setAsking] = useState(false);
  const act = useAct();
  const size = sizeOf(selection);
  const whom: Whom = selection.kind === 'ids' ? { ids: selection.ids.map(Number) } : { filter };
  const order = (action: Act) => {
    setAsking(false);
    act.mutate({ action, whom }, { onSuccess: onDone });
  };
  const isBusy = (action: Act) => act.isPending && act.variables.action === action;
  return (
    <>
      <Button variant="outlined" loading={isBusy('pause')} onClick={() => order('pause')}>
        Pause
      </Button>
      <Button variant="outlined" loading={isBusy('resume')} onClick={() => order('resume')}>
        Resume
      </Button>
      <Button
        variant="outlined"
        color="error"
        loading={isBusy('stop')}
        onClick={() => setAsking(true)}
      >
        Stop
      </Button>
      <ConfirmDialog
        open={isAsking}
        title={`Stop ${monitorWords(size)}?`}
        confirm={`Stop ${monitorWords(size)}`}
        isDangerous
        onConfirm={() => order('stop')}
        onClose={() => setAsking(false)}
      >
        They are not read any more. What was read stays, and whoever is watched again goes on with
        it.
      </ConfirmDialog>
    </>
  );
}
