import type { FieldValues, Path, UseFormSetError } from 'react-hook-form';

import { asApiError } from './api';

/**
 * Puts what the server refused beside the fields that it names.
 * Answers the message for the form as a whole: what names no field of it, or null.
 */
export function showFieldErrors<Form extends FieldValues>(
  error: unknown,
  setError: UseFormSetError<Form>,
  fields: readonly Path<Form>[],
): string | null {
  const refusal = asApiError(error);
  const known = new Set<string>(fields);
  const placed = refusal.fields.filter((wrong) => known.has(wrong.field));
  for (const { field, message } of placed) {
    setError(field as Path<Form>, { type: 'server', message });
  }
  return placed.length > 0 && placed.length === refusal.fields.length ? null : refusal.message;
}
