import { useQuery } from '@tanstack/react-query';
import { useQueryState } from 'nuqs';
import { useState } from 'react';

import { asApiError } from '@/lib/api';
import { isOver, sorted, uploadQuery, useUpload } from './uploads';

interface Chosen {
  files: File[];
  manifest: File | null;
}

/** An archive on its way in: chosen, checked by a dry run, taken in. The address names the upload, so that a reload finds it again. */
export function useArchive(persona: string) {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [id, setId] = useQueryState('upload');
  const [refusal, setRefusal] = useState<unknown>(null);
  const upload = useUpload();
  const followed = useQuery(uploadQuery(id));
  const report = id === null ? null : (followed.data ?? null);

  const send = async (what: Chosen, isDryRun: boolean) => {
    setRefusal(null);
    try {
      const said = await upload.mutateAsync({ ...what, persona, isDryRun });
      await setId(said.id);
    } catch (error) {
      setRefusal(error);
      await setId(null);
    }
  };
  return {
    chosen,
    report,
    trouble: followed.error,
    refusal: refusal === null ? null : asApiError(refusal),
    isBusy: upload.isPending || (report !== null && !isOver(report)),
    choose: (dropped: File[]) => {
      const { files, manifest } = sorted(dropped);
      // A mended manifest is tried with the files that are there already.
      const next = {
        files: files.length > 0 ? files : (chosen?.files ?? []),
        manifest: manifest ?? (files.length > 0 ? null : (chosen?.manifest ?? null)),
      };
      setChosen(next);
      if (next.files.length > 0 && persona !== '') void send(next, true);
    },
    check: () => chosen && void send(chosen, true),
    take: () => chosen && void send(chosen, false),
  };
}
