import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';

import { api, data, type Model, request } from '@/lib/api';

export type Upload = Model<'UploadRead'>;
export type UploadRow = Model<'UploadRowRead'>;

const SOON = 1_000;
const ROWS = 300;

export const isOver = ({ state }: Pick<Upload, 'state'>) =>
  state === 'completed' || state === 'failed';

/** Nothing announces how far it is, so it is asked now and then until it is over. */
export const uploadQuery = (id: string | null) =>
  queryOptions({
    queryKey: ['content', 'upload', id],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/content/uploads/{upload_id}', {
          params: { path: { upload_id: id ?? '' } },
          signal,
        }),
      ),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data && isOver(state.data) ? false : SOON),
  });

export type Outcome = UploadRow['outcome'];

/** The first rows of an outcome, or of all. */
export const rowsQuery = (id: string | null, outcome: Outcome | null) =>
  queryOptions({
    queryKey: ['content', 'upload-rows', id, outcome],
    queryFn: ({ signal }) =>
      data(
        api.GET('/api/content/uploads/{upload_id}/rows', {
          params: { path: { upload_id: id ?? '' }, query: { outcome, limit: ROWS } },
          signal,
        }),
      ),
    enabled: id !== null,
  });

interface Sent {
  files: File[];
  manifest: File | null;
  persona: string;
  isDryRun: boolean;
}

export function useUpload() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ files, manifest, persona, isDryRun }: Sent) => {
      const form = new FormData();
      for (const file of files) form.append('file', file);
      if (manifest !== null) form.append('manifest', manifest);
      form.append('persona', persona);
      form.append('dry_run', String(isDryRun));
      return request<Upload>('/api/content/bulk-upload', { method: 'POST', form });
    },
    onSuccess: () => void client.invalidateQueries({ queryKey: ['content'] }),
  });
}

/** A manifest is told by its name; all else is what it names. */
export function sorted(files: readonly File[]): { manifest: File | null; files: File[] } {
  const isManifest = ({ name }: File) => name.toLowerCase().endsWith('.csv');
  return {
    manifest: files.find(isManifest) ?? null,
    files: files.filter((file) => !isManifest(file)),
  };
}

export const TEMPLATE = `file,kind,category,title,text,tags,quality,max_usage
beach.jpg,image,post,At the beach,,summer sea,80,1
portrait.png,image,pfp,,,portrait,90,
,bio,bio,,Salt water and slow mornings.,sea,70,3
`;
