import { parseAsStringLiteral, useQueryState } from 'nuqs';

import { useCan } from '@/lib/queries/me';
import { BulkDialog } from '../grid/BulkDialog';
import type { BulkFilter } from '../grid/filters';

interface ValidateAllProps {
  filter: BulkFilter;
  /** How many match; undefined while that is not known. */
  size: number | undefined;
}

/** Other pages and the palette lead here by `?do=validate`: for all accounts that the filters match. */
export function ValidateAll({ filter, size }: ValidateAllProps) {
  const [wanted, setWanted] = useQueryState('do', parseAsStringLiteral(['validate'] as const));
  const canWrite = useCan('accounts:write');
  const close = () => void setWanted(null);
  if (wanted === null || !canWrite || !size) return null;
  return (
    <BulkDialog action="validate" target={{ filter }} size={size} onClose={close} onDone={close} />
  );
}
