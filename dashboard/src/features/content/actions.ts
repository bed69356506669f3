import { api, data, type Model, request } from '@/lib/api';
import { plural } from '@/lib/numbers';
import { useAction } from '@/lib/useAction';
import type { Item, Picture, Text } from './queries';

const touches = ['content', 'audit'];

export const isPicture = (item: Item): item is Picture => 'sha256' in item;
export const nameOf = (item: Item) =>
  isPicture(item) ? (item.title ?? `Picture ${item.id}`) : `Text ${item.id}`;
export const pictureWords = (number: number) => plural(number, 'picture');

type Act = 'archive' | 'restore';
const DONE: Record<Act, string> = { archive: 'archived', restore: 'back in its pool' };
const BACK: Record<Act, Act> = { archive: 'restore', restore: 'archive' };

const ofPicture = ({ id }: Pick<Item, 'id'>) => ({ params: { path: { content_id: id } } });
const ofText = ({ id }: Pick<Item, 'id'>) => ({ params: { path: { text_id: id } } });

function act(item: Item, action: Act): Promise<Item> {
  if (isPicture(item)) {
    return action === 'archive'
      ? data(api.POST('/api/content/{content_id}/archive', ofPicture(item)))
      : data(api.POST('/api/content/{content_id}/restore', ofPicture(item)));
  }
  return action === 'archive'
    ? data(api.POST('/api/texts/{text_id}/archive', ofText(item)))
    : data(api.POST('/api/texts/{text_id}/restore', ofText(item)));
}

/** Out of the pool or back into it. */
export function useAct() {
  return useAction({
    run: ({ item, action }: { item: Item; action: Act }) => act(item, action),
    done: (_, { item, action }) => `${nameOf(item)} is ${DONE[action]}.`,
    failed: ({ item, action }) => `${nameOf(item)} is not ${DONE[action]}.`,
    undo: ({ item, action }) => act(item, BACK[action]),
    touches,
  });
}

export function useRemove() {
  return useAction({
    run: async (item: Item) => {
      if (isPicture(item)) await data(api.DELETE('/api/content/{content_id}', ofPicture(item)));
      else await data(api.DELETE('/api/texts/{text_id}', ofText(item)));
    },
    done: (_, item) => `${nameOf(item)} is removed.`,
    failed: (item) => `${nameOf(item)} is not removed.`,
    touches,
  });
}

/** For the form, which shows by itself what is refused. */
export function useChangePicture() {
  return useAction({
    run: ({ item, change }: { item: Picture; change: Model<'ContentChange'> }) =>
      data(api.PATCH('/api/content/{content_id}', { ...ofPicture(item), body: change })),
    done: (item) => `${nameOf(item)} is changed.`,
    failed: 'Nothing is changed.',
    undo: ({ item }) =>
      data(api.PATCH('/api/content/{content_id}', { ...ofPicture(item), body: saidOf(item) })),
    quiet: true,
    touches,
  });
}

export function useChangeText() {
  return useAction({
    run: ({ item, change }: { item: Text; change: Model<'TextChange'> }) =>
      data(api.PATCH('/api/texts/{text_id}', { ...ofText(item), body: change })),
    done: (item) => `${nameOf(item)} is changed.`,
    failed: 'Nothing is changed.',
    undo: ({ item }) =>
      data(
        api.PATCH('/api/texts/{text_id}', {
          ...ofText(item),
          body: { ...common(item), text: item.text },
        }),
      ),
    quiet: true,
    touches,
  });
}

const common = ({ category, tags, quality, max_usage }: Item) => ({
  category,
  tags,
  quality,
  max_usage,
});
const saidOf = (item: Picture): Model<'ContentChange'> => ({ ...common(item), title: item.title });

type Bulk = Model<'BulkAct'>;
const MANY: Record<Bulk, string> = { archive: 'archived', restore: 'restored', remove: 'removed' };

/** The same for many pictures; what is refused does not hinder the others. */
export function useBulk() {
  const run = (action: Bulk, ids: number[]) =>
    data(api.POST('/api/content/bulk', { body: { action, ids } }));
  return useAction({
    run: ({ action, ids }: { action: Bulk; ids: number[] }) => run(action, ids),
    done: ({ changed, refused, rows }, { action }) => {
      const reason = rows.find((row) => row.reason)?.reason ?? 'no reason given';
      const rest = refused > 0 ? ` ${pictureWords(refused)} refused: ${reason}` : '';
      if (changed === 0) return `Nothing had to be ${MANY[action]}.${rest}`;
      return `${pictureWords(changed)} ${changed === 1 ? 'is' : 'are'} ${MANY[action]}.${rest}`;
    },
    failed: ({ action }) => `Not ${MANY[action]}.`,
    undo: ({ action }, { rows }) =>
      run(
        action === 'archive' ? 'restore' : 'archive',
        rows.filter(({ outcome }) => outcome === 'changed').map(({ id }) => id),
      ),
    canUndo: ({ action }, { changed }) => action !== 'remove' && changed > 0,
    touches,
  });
}

export function useAddText() {
  return useAction({
    run: (body: Model<'TextCreate'>) => data(api.POST('/api/texts', { body })),
    done: (text) => `Added to the texts of ${text.persona}.`,
    failed: 'Nothing is added.',
    undo: (_, text) => data(api.DELETE('/api/texts/{text_id}', ofText(text))),
    quiet: true,
    touches,
  });
}

export interface PictureWanted {
  file: File;
  persona: string;
  category: string;
  tags: string[];
  quality: number;
  max_usage: number | null;
}

/** Adds one picture; the caller says what became of it, as there are many of them. */
export async function addPicture(wanted: PictureWanted): Promise<Model<'ContentAdded'>> {
  const form = new FormData();
  form.append('file', wanted.file);
  form.append('persona', wanted.persona);
  form.append('category', wanted.category);
  form.append('tags', wanted.tags.join(','));
  form.append('quality', String(wanted.quality));
  if (wanted.max_usage === null) form.append('unlimited', 'true');
  else form.append('max_usage', String(wanted.max_usage));
  return request('/api/content', { method: 'POST', form });
}

const ofPersona = ({ id }: Pick<Model<'PersonaRead'>, 'id'>) => ({
  params: { path: { persona_id: id } },
});
const aboutPersonas = ['personas', 'content', 'accounts', 'audit'];

export function useAddPersona() {
  return useAction({
    run: (body: Model<'PersonaCreate'>) => data(api.POST('/api/personas', { body })),
    done: ({ name }) => `${name} is there. Fill its pools, and give it accounts.`,
    failed: 'Nobody is added.',
    undo: (_, persona) => data(api.DELETE('/api/personas/{persona_id}', ofPersona(persona))),
    quiet: true,
    touches: aboutPersonas,
  });
}

export function useChangePersona() {
  return useAction({
    run: ({ persona, change }: { persona: Model<'PersonaRead'>; change: Model<'PersonaChange'> }) =>
      data(api.PATCH('/api/personas/{persona_id}', { ...ofPersona(persona), body: change })),
    done: ({ name }) => `${name} is changed.`,
    failed: ({ persona }) => `${persona.name} is not changed.`,
    quiet: true,
    touches: aboutPersonas,
  });
}
