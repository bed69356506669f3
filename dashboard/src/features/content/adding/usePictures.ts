import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState } from 'react';

import { asApiError, type Model } from '@/lib/api';
import { addPicture, type PictureWanted } from '../actions';
import { previewOf } from './preview';

export type Standing = 'waiting' | 'sending' | 'added' | 'near' | 'unchanged' | 'error';

/** One file on its way in. */
export interface OnItsWay {
  key: number;
  file: File;
  preview: string | null;
  standing: Standing;
  added: Model<'ContentAdded'> | null;
  reason: string | null;
}

const AT_ONCE = 2;

/** Files that are chosen, sent two at a time, and what became of each. */
export function usePictures() {
  const [files, setFiles] = useState<OnItsWay[]>([]);
  const [isSending, setSending] = useState(false);
  const next = useRef(0);
  const client = useQueryClient();
  const patch = (key: number, change: Partial<OnItsWay>) =>
    setFiles((all) => all.map((one) => (one.key === key ? { ...one, ...change } : one)));

  const choose = (chosen: File[]) => {
    const fresh = chosen.map((file): OnItsWay => {
      next.current += 1;
      return {
        key: next.current,
        file,
        preview: null,
        standing: 'waiting',
        added: null,
        reason: null,
      };
    });
    setFiles((all) => [...all, ...fresh]);
    // One after the other: many large pictures at once would fill the memory.
    void fresh.reduce(
      (before, { key, file }) =>
        before.then(async () => patch(key, { preview: await previewOf(file) })),
      Promise.resolve(),
    );
  };

  const sendOne = async (one: OnItsWay, details: Omit<PictureWanted, 'file'>) => {
    patch(one.key, { standing: 'sending', reason: null });
    try {
      const added = await addPicture({ ...details, file: one.file });
      const near = added.near_duplicates.length > 0;
      patch(one.key, {
        added,
        standing: !added.is_new ? 'unchanged' : near ? 'near' : 'added',
      });
    } catch (error) {
      const { fields, message } = asApiError(error);
      const reason = fields.map((field) => `${field.field}: ${field.message}`).join('; ');
      patch(one.key, { standing: 'error', reason: reason === '' ? message : reason });
    }
  };

  const send = async (details: Omit<PictureWanted, 'file'>) => {
    setSending(true);
    const waiting = files.filter(({ standing }) => standing === 'waiting' || standing === 'error');
    const worker = async () => {
      for (let one = waiting.shift(); one !== undefined; one = waiting.shift())
        await sendOne(one, details);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    setSending(false);
    for (const name of ['content', 'audit']) void client.invalidateQueries({ queryKey: [name] });
  };

  return {
    files,
    isSending,
    choose,
    send: (details: Omit<PictureWanted, 'file'>) => void send(details),
    drop: (key: number) => setFiles((all) => all.filter((one) => one.key !== key)),
    clear: () => setFiles((all) => all.filter(({ standing }) => standing === 'sending')),
  };
}
