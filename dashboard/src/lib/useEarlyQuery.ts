import {
  type QueryFunction,
  type QueryKey,
  usePrefetchQuery,
  useQuery,
  type UseQueryOptions,
  type UseQueryResult,
} from '@tanstack/react-query';

/**
 * `useQuery` that asks while the page is being made, and not once it stands: for what a page shows first,
 * called at the top of the page.
 */
export function useEarlyQuery<Answer, Key extends QueryKey>(
  query: UseQueryOptions<Answer, Error, Answer, Key> & { queryFn?: QueryFunction<Answer, Key> },
): UseQueryResult<Answer> {
  usePrefetchQuery(query);
  return useQuery(query);
}
