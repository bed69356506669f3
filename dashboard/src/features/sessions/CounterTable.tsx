import { type Column, SimpleTable } from '@/components/SimpleTable';
import { count, words } from '@/lib/numbers';
import { type CounterRow, counterRows, type Counters } from './counters';

const number = (label: string, name: Exclude<keyof CounterRow, 'action'>): Column<CounterRow> => ({
  label,
  cell: (row) => count(row[name]),
  align: 'right',
});

const COLUMNS: Column<CounterRow>[] = [
  { label: 'Action', cell: (row) => words(row.action) },
  number('Done', 'done'),
  number('Skipped', 'skipped'),
  number('Failed', 'failed'),
  number('Unknown', 'unknown'),
];

export function CounterTable({ counters, account }: { counters: Counters; account: string }) {
  return (
    <SimpleTable
      label={`What ${account} has done`}
      rows={counterRows(counters)}
      columns={COLUMNS}
      rowId={(row) => row.action}
    />
  );
}
