import { useMutation, type UseMutationResult, useQueryClient } from '@tanstack/react-query';

import { useToast } from './toasts';

interface Action<Given, Result> {
  /** The call to the server. */
  run: (given: Given) => Promise<Result>;
  /** What the toast says when it is done; null for nothing. */
  done: (result: Result, given: Given) => string | null;
  /** What the toast says when it is refused, before the server's own words. */
  failed: string | ((given: Given) => string);
  /** How to take it back; the toast then has a button. */
  undo?: (given: Given, result: Result) => Promise<unknown>;
  /** False where this one cannot be taken back; always unless given. */
  canUndo?: (given: Given, result: Result) => boolean;
  /** The first words of the query keys that are no longer true. */
  touches: string[];
  /** A form that shows the errors itself wants no toast of them. */
  quiet?: boolean;
}

/** A change with its toast, its undo and what it makes stale: the way every page changes something. */
export function useAction<Given, Result>(
  action: Action<Given, Result>,
): UseMutationResult<Result, Error, Given> {
  const toast = useToast();
  const client = useQueryClient();
  const refresh = () =>
    Promise.all(action.touches.map((name) => client.invalidateQueries({ queryKey: [name] })));
  const refusal = (given: Given) =>
    typeof action.failed === 'string' ? action.failed : action.failed(given);

  return useMutation({
    mutationFn: action.run,
    onSuccess: (result, given) => {
      void refresh();
      const text = action.done(result, given);
      if (text === null) return;
      const { undo } = action;
      if (undo === undefined || action.canUndo?.(given, result) === false) {
        toast.done(text);
        return;
      }
      toast.done(text, async () => {
        try {
          await undo(given, result);
          toast.tell('Taken back.');
        } catch (error) {
          toast.failed('It could not be taken back.', error);
        } finally {
          void refresh();
        }
      });
    },
    onError: (error, given) => {
      if (!action.quiet) toast.failed(refusal(given), error);
    },
  });
}
