import {
  infiniteQueryOptions,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query';

import { api, data, type Model, request } from '@/lib/api';

export type ImportReport = Model<'ImportReport'>;
export type ImportRow = Model<'ImportRowRead'>;
export type ImportMode = Model<'ImportMode'>;

/** Above it the server answers at once and goes on behind; below, the answer is the outcome. */
const SOON = 2_000;

export function isOver(report: ImportReport): boolean {
  return report.state === 'completed' || report.state === 'failed';
}

/** `import_update` events make it stale; asking now and then covers a connection that is away. */
export const importQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['imports', 'one', id],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/accounts/imports/{import_id}', {
          params: { path: { import_id: id ?? '' } },
          signal,
        }),
      ),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : SOON),
  });

/** The rows of a large file, a thousand at a time. */
export const importRowsQuery = (id: string | null) =>
  infiniteQueryOptions({
    queryKey: ['imports', 'rows', id],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/api/accounts/imports/{import_id}/rows', {
          params: { path: { import_id: id ?? '' }, query: { limit: 1000, cursor: pageParam } },
          signal,
        }),
      ),
    getNextPageParam: (page) => page.next_cursor ?? null,
    enabled: id !== null,
  });

interface Upload {
  file: File;
  mode: ImportMode;
  isDryRun: boolean;
}

export function useUpload() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ file, mode, isDryRun }: Upload) => {
      const form = new FormData();
      form.append('file', file);
      return request<ImportReport>('/api/accounts/import', {
        method: 'POST',
        query: { mode, dry_run: isDryRun },
        form,
      });
    },
    onSuccess: (_, { isDryRun }) => {
      if (!isDryRun) void client.invalidateQueries({ queryKey: ['accounts'] });
    },
  });
}
