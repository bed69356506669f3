import type { Path, UseFormSetError } from 'react-hook-form';

import type { ApiError } from '@/lib/api';
import { ACTIONS, type Draft } from './draft';
import { GROUPS } from './keeping';

const PARTS = ['per_hour', 'per_day', 'seconds_apart'];
const RAMP = ['enabled', 'all_accounts', 'curve', 'trouble_share', 'trouble_hours'];

/** The field of the form that a path of the server means: `rate_limit_steps.1` is the field of all steps. */
function fieldOf(path: string): Path<Draft> | null {
  const [first = '', second = '', third = ''] = path.split('.');
  const isAction = ACTIONS.some((action) => action === second);
  if (first === 'limits') {
    return isAction && PARTS.includes(third) ? (`limits.${second}.${third}` as Path<Draft>) : null;
  }
  if (first === 'reengagement_days_by_action') {
    return isAction ? (`days_by_action.${second}` as Path<Draft>) : null;
  }
  if (first === 'ramp') {
    return RAMP.includes(second) ? (`ramp.${second}` as Path<Draft>) : null;
  }
  if (first in GROUPS) {
    const names = GROUPS[first as keyof typeof GROUPS];
    return second in names ? (`${first}.${second}` as Path<Draft>) : null;
  }
  return first === '' || first === 'version' ? null : (first as Path<Draft>);
}

/** Puts each refusal at its field and answers what is left for the form as a whole. */
export function placeErrors(refusal: ApiError, setError: UseFormSetError<Draft>): string | null {
  let placed = 0;
  for (const { field, message } of refusal.fields) {
    const place = fieldOf(field);
    if (place === null) continue;
    setError(place, { type: 'server', message }, { shouldFocus: placed === 0 });
    placed += 1;
  }
  return placed > 0 && placed === refusal.fields.length ? null : refusal.message;
}
