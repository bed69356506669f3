import { type Column, SimpleTable } from '@/components/SimpleTable';
import type { Model } from '@/lib/api';
import { count } from '@/lib/numbers';

type Process = Model<'ProcessRead'>;

const COLUMNS: Column<Process>[] = [
  { label: 'PID', cell: (row) => row.pid },
  { label: 'CPU', cell: (row) => `${row.cpu_percent.toFixed(1)} %`, align: 'right' },
  { label: 'Memory', cell: (row) => `${row.memory_mb.toFixed(1)} MB`, align: 'right' },
  { label: 'Children', cell: (row) => count(row.children), align: 'right' },
];

export function Processes({ processes }: { processes: Process[] }) {
  return (
    <SimpleTable label="Processes" rows={processes} columns={COLUMNS} rowId={(row) => row.pid} />
  );
}
