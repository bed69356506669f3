import { type ReactNode, useState } from 'react';
import type { FieldValues, Path, UseFormReturn, UseFormSetError } from 'react-hook-form';

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

/** What a text field says below itself: what is wrong, or else the hint. */
export function told(error: { message?: string } | undefined, hint?: ReactNode) {
  return { error: error !== undefined, helperText: error?.message ?? hint };
}

/** Sends a form. What the server refuses stands beside the fields, and the rest of it in `refusal`. */
export function useSending<Form extends FieldValues>(
  form: UseFormReturn<Form>,
  fields: readonly Path<Form>[],
  send: (values: Form) => Promise<unknown>,
) {
  const [refusal, setRefusal] = useState<string | null>(null);
  const submit = form.handleSubmit(async (values) => {
    setRefusal(null);
    try {
      await send(values);
    } catch (error) {
      setRefusal(showFieldErrors(error, form.setError, fields));
    }
  });
  return { refusal, isBusy: form.formState.isSubmitting, onSubmit: () => void submit() };
}
