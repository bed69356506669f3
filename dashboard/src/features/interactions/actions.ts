import { api, data, type Model, request } from '@/lib/api';
import { useAction } from '@/lib/useAction';
import type { Attempt, Contact } from './queries';

const touches = ['interactions', 'metrics', 'inbox', 'sessions'];
const nameOf = ({ action, target_username }: Attempt) => `${action} of @${target_username}`;

export interface Settlement {
  attempt: Attempt;
  outcome: 'confirmed' | 'absent';
  evidence: string;
}

/** The form shows a refusal itself. */
export function useSettle() {
  return useAction({
    run: ({ attempt, outcome, evidence }: Settlement) =>
      data(
        api.POST('/api/attempts/{attempt_id}/settle', {
          params: { path: { attempt_id: attempt.id } },
          body: { outcome, evidence },
        }),
      ),
    done: (_, { attempt, outcome }) =>
      outcome === 'confirmed'
        ? `The ${nameOf(attempt)} counts as done.`
        : `The ${nameOf(attempt)} did not happen; the person is free again.`,
    failed: ({ attempt }) => `The ${nameOf(attempt)} was not settled.`,
    touches,
    quiet: true,
  });
}

export function useProbe() {
  return useAction({
    run: (attempt: Attempt) =>
      data(
        api.POST('/api/attempts/{attempt_id}/probe', {
          params: { path: { attempt_id: attempt.id } },
        }),
      ),
    done: (_, attempt) => `The network is asked about the ${nameOf(attempt)} now.`,
    failed: (attempt) => `Nobody looked for the ${nameOf(attempt)}.`,
    touches,
  });
}

export type ContactAdd = Model<'DoNotContactCreate'>;

export function useAddContact() {
  return useAction({
    run: (entry: ContactAdd) => data(api.POST('/api/do-not-contact', { body: entry })),
    done: (entry) => `${labelOf(entry)} will be left alone.`,
    failed: 'Nobody was added.',
    touches: ['contacts'],
    quiet: true,
  });
}

export function useRemoveContact() {
  return useAction({
    run: (entry: Contact) =>
      data(
        api.DELETE('/api/do-not-contact/{entry_id}', {
          params: { path: { entry_id: entry.id } },
        }),
      ),
    done: (_, entry) => `${labelOf(entry)} may be contacted again.`,
    failed: (entry) => `${labelOf(entry)} is still on the list.`,
    undo: async (entry) =>
      request('/api/do-not-contact', { method: 'POST', json: await againOf(entry) }),
    touches: ['contacts'],
  });
}

/** What makes the same row again. A row knows its account or persona by id, and is made by name. */
async function againOf(entry: Contact): Promise<Record<string, unknown>> {
  return {
    network: entry.network,
    ...(entry.handle ? { handle: entry.handle } : { hash: entry.handle_hash }),
    reason: entry.reason,
    expires_at: entry.expires_at,
    scope: entry.scope,
    ...(await ownerOf(entry)),
  };
}

async function ownerOf({ scope, scope_id }: Contact): Promise<Record<string, string>> {
  if (scope_id === null || scope === 'fleet') return {};
  if (scope === 'account') {
    const path = { account_id: scope_id };
    const account = await data(api.GET('/api/accounts/{account_id}', { params: { path } }));
    return { account: account.login };
  }
  const path = { persona_id: scope_id };
  const persona = await data(api.GET('/api/personas/{persona_id}', { params: { path } }));
  return { persona: persona.name };
}

export interface ListUpload {
  file: File;
  reason: string;
  dryRun: boolean;
}

export type ListReport = Model<'DoNotContactImport'>;

export function useImportContacts() {
  return useAction({
    run: ({ file, reason, dryRun }: ListUpload) => {
      const form = new FormData();
      form.set('file', file);
      form.set('reason', reason);
      form.set('dry_run', String(dryRun));
      return request<ListReport>('/api/do-not-contact/import', { method: 'POST', form });
    },
    done: (report, { dryRun }) =>
      dryRun || report.errors.length > 0
        ? null
        : `${report.added} added, ${report.updated} changed, ${report.unchanged} there already.`,
    failed: 'The list was not imported.',
    touches: ['contacts'],
    quiet: true,
  });
}

export function labelOf({ handle, handle_hash }: Pick<Contact, 'handle' | 'handle_hash'>): string {
  return handle ? `@${handle}` : `#${handle_hash.slice(0, 12)}`;
}
