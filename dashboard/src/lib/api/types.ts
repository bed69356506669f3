import type { components } from './schema';

/** A model of the API by its name there: `Model<'SessionRead'>`. */
export type Model<Name extends keyof components['schemas']> = components['schemas'][Name];

export type Account = Model<'AccountRead'>;
export type AuditEntry = Model<'AuditEntryRead'>;
export type EngagementSession = Model<'SessionRead'>;
export type Interaction = Model<'EventRead'>;
export type InboxItem = Model<'InboxItemRead'>;
export type Batch = Model<'BatchRead'>;
export type Me = Model<'Me'>;
export type Pause = Model<'PauseRead'>;
export type Scope = Model<'Scope'>;
export type Task = Model<'TaskRead'>;
export type TaskType = Model<'TaskType'>;
export type WaitingFor = Model<'WaitingFor'>;
export type AccountState = Model<'SafetyState'>;

/** What every list answers. */
export interface Page<Item> {
  items: Item[];
  next_cursor?: string | null;
  total?: number | null;
}
