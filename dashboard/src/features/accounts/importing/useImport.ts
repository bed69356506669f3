import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useQueryState } from 'nuqs';
import { useState } from 'react';

import { api, asApiError, data } from '@/lib/api';
import { download, save } from '@/lib/downloads';
import { type CsvFile, failedRows, parseCsv, type RowProblem } from '@/lib/csv';
import {
  type ImportMode,
  importQuery,
  importRowsQuery,
  type ImportReport,
  isOver,
  useUpload,
} from './imports';

const SHOWN_ROWS = 6;

interface Chosen {
  file: File;
  text: string;
  preview: CsvFile;
}

/**
 * One file on its way in: chosen, checked by a dry run, imported. A large one goes on in the server,
 * and the address names it, so that a reload finds it again.
 */
export function useImport() {
  const [chosen, setChosen] = useState<Chosen | null>(null);
  const [answer, setAnswer] = useState<ImportReport | null>(null);
  const [id, setId] = useQueryState('import');
  const [refusal, setRefusal] = useState<unknown>(null);
  const upload = useUpload();
  const followed = useQuery(importQuery(id));
  const report = followed.data ?? answer;
  // A small file's rows came with the answer.
  const paged = useInfiniteQuery({
    ...importRowsQuery(id),
    enabled: id !== null && report !== null && isOver(report),
  });
  const rows = paged.data?.pages.flatMap((page) => page.items) ?? report?.rows ?? [];

  const send = async (file: File, mode: ImportMode, isDryRun: boolean) => {
    setRefusal(null);
    try {
      const said = await upload.mutateAsync({ file, mode, isDryRun });
      setAnswer(said);
      await setId(said.import_id);
    } catch (error) {
      setRefusal(error);
    }
  };
  const choose = async (file: File) => {
    setAnswer(null);
    void setId(null);
    const text = await file.text();
    setChosen({ file, text, preview: parseCsv(text.slice(0, 200_000), SHOWN_ROWS) });
    await send(file, 'valid_rows', true);
  };
  const saveFailed = async () => {
    if (chosen === null) {
      if (id !== null) download(`/api/accounts/imports/${id}/failed-rows.csv`);
      return;
    }
    const problems = id === null ? rows.filter((row) => row.reason !== null) : await problemsOf(id);
    const name = chosen.file.name.replace(/\.csv$/i, '');
    save(failedRows(parseCsv(chosen.text), problems), `${name}-failed-rows.csv`, 'text/csv');
  };
  return {
    chosen,
    report,
    rows,
    refusal: refusal === null ? null : asApiError(refusal),
    isSending: upload.isPending,
    more: paged.hasNextPage ? () => void paged.fetchNextPage() : undefined,
    choose: (file: File) => void choose(file),
    refuse: (message: string) => setRefusal(new Error(message)),
    run: (mode: ImportMode) => void (chosen && send(chosen.file, mode, false)),
    saveFailed: () => void saveFailed(),
  };
}

/** The server's list of what is wrong; it has the places and the reasons, and none of the cells. */
async function problemsOf(id: string): Promise<RowProblem[]> {
  const text = await data(
    api.GET('/api/accounts/imports/{import_id}/failed-rows.csv', {
      params: { path: { import_id: id } },
      parseAs: 'text',
    }),
  );
  const { columns, rows } = parseCsv(text as string);
  return rows.map(({ cells }) => {
    const cell = (name: string) => cells[columns.indexOf(name)] ?? null;
    return {
      line: Number(cell('line')),
      column: cell('column'),
      reason: cell('reason'),
      fix: cell('fix'),
    };
  });
}
