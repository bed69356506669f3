import { SimpleTable } from '@/components/SimpleTable';
import { words } from '@/lib/numbers';
import { ACTIONS, type ActionName } from './draft';
import { ValueField } from './fields';

const NAMES: Partial<Record<ActionName, string>> = { other: 'Any other' };
const nameOf = (action: ActionName) => NAMES[action] ?? words(action);

/** What one account may do of each kind, and after how many days with the same person again. */
export function LimitsTable() {
  return (
    <SimpleTable
      label="Limits by action"
      rows={ACTIONS}
      rowId={(action) => action}
      columns={[
        { label: 'Action', cell: nameOf, width: '22%' },
        {
          label: 'An hour',
          cell: (action) => (
            <ValueField
              isBare
              name={`limits.${action}.per_hour`}
              label={`${nameOf(action)} an hour`}
            />
          ),
        },
        {
          label: 'A day',
          cell: (action) => (
            <ValueField
              isBare
              name={`limits.${action}.per_day`}
              label={`${nameOf(action)} a day`}
            />
          ),
        },
        {
          label: 'Apart',
          cell: (action) => (
            <ValueField
              isBare
              name={`limits.${action}.seconds_apart`}
              label={`Seconds between two: ${nameOf(action)}`}
              unit="s"
            />
          ),
        },
        {
          label: 'Same person again after',
          cell: (action) => (
            <ValueField
              isBare
              name={`days_by_action.${action}`}
              label={`Days before the same person again: ${nameOf(action)}`}
              placeholder="as above"
              unit="d"
            />
          ),
        },
      ]}
    />
  );
}
