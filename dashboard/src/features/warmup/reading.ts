import type { FilterField } from '@/components/filters';
import type { Model } from '@/lib/api';
import { words } from '@/lib/numbers';
import type { Assignment, Phase, PhaseStatus, PipelineFilter, Row, Step } from './queries';

export const PHASES: Phase[] = ['pfp', 'bio', 'post', 'highlight', 'story'];
export const PHASE_NAMES: Record<Phase, string> = {
  pfp: 'Picture',
  bio: 'Bio',
  post: 'Post',
  highlight: 'Highlight',
  story: 'Story',
};
export const STATUSES: PhaseStatus[] = [
  'pending',
  'available',
  'content_assigned',
  'in_progress',
  'failed',
  'requires_review',
];

export type Looks = 'skipped' | 'locked' | PhaseStatus;

/** How a phase is shown: a skipped one is completed, and what comes after the one whose turn it is waits. */
export function looksOf(step: Step, row: Pick<Row, 'phase'>): Looks {
  if (step.skipped_by !== null) return 'skipped';
  return step.status === 'pending' && row.phase !== step.phase ? 'locked' : step.status;
}

export const LOOK_NAMES: Record<Looks, string> = {
  skipped: 'Skipped',
  locked: 'Not its turn yet',
  pending: 'Waits for its time',
  available: 'Available',
  content_assigned: 'Content chosen',
  in_progress: 'In progress',
  completed: 'Completed',
  failed: 'Failed, tried again later',
  requires_review: 'Needs a review',
};

/** Which of the three the operator may do to a phase now. */
export function actsOn(step: Step, row: Row): { retry: boolean; skip: boolean; review: boolean } {
  const isTurn = row.phase === step.phase && step.status !== 'completed';
  const wasTried = ['content_assigned', 'in_progress', 'failed', 'requires_review'];
  return {
    retry: isTurn && wasTried.includes(step.status),
    skip: isTurn,
    review: isTurn && step.status !== 'requires_review',
  };
}

/** The weights that the parts of a score have, as they are told in the reference. */
const WEIGHTS: [part: string, label: string, weight: number][] = [
  ['quality', 'Quality', 0.3],
  ['freshness', 'Freshness', 0.25],
  ['success_rate', 'Success rate', 0.25],
  ['relevance', 'Relevance', 0.2],
];

export interface Part {
  label: string;
  /** 0 to 1, as it was found. */
  value: number;
  /** How many points of the score it brings, and how many it could. */
  points: number;
  most: number;
}

export interface Choice {
  what: 'image' | 'text';
  score: number;
  reason: string;
  category: string;
  parts: Part[];
}

type Kept = Record<string, unknown>;
const asKept = (value: unknown): Kept | null =>
  typeof value === 'object' && value !== null ? (value as Kept) : null;

/** Why the picture and the text were chosen, each with the points that add up to its score. */
export function choicesOf({ parts }: Pick<Assignment, 'parts'>): Choice[] {
  return (['image', 'text'] as const).flatMap((what) => {
    const kept = asKept(parts[what]);
    if (kept === null) return [];
    const reason = typeof kept.reason === 'string' ? kept.reason : '';
    const category = typeof kept.category === 'string' ? kept.category : '';
    return [{ what, score: Number(kept.score), reason, category, parts: partsOf(kept.parts) }];
  });
}

function partsOf(parts: unknown): Part[] {
  const found = asKept(parts) ?? {};
  return WEIGHTS.flatMap(([name, label, weight]) => {
    const value = found[name];
    if (typeof value !== 'number') return [];
    return [{ label, value, points: value * weight * 100, most: weight * 100 }];
  });
}

const LIFECYCLES = ['ready', 'warming_up', 'active'];
export const SHAPE = {
  q: 'text',
  persona: 'one',
  phase: 'one',
  status: 'one',
  lifecycle: 'one',
} as const;

export function fieldsOf(personas: readonly Model<'PersonaRead'>[]): FilterField[] {
  return [
    { kind: 'search', name: 'q', label: 'Login or number' },
    {
      kind: 'choice',
      name: 'persona',
      label: 'Persona',
      options: personas.map(({ id, name }) => ({ value: String(id), label: name })),
    },
    {
      kind: 'choice',
      name: 'phase',
      label: 'Turn of',
      options: PHASES.map((value) => ({ value, label: PHASE_NAMES[value] })),
    },
    {
      kind: 'choice',
      name: 'status',
      label: 'Status',
      options: STATUSES.map((value) => ({ value, label: LOOK_NAMES[value] })),
    },
    {
      kind: 'choice',
      name: 'lifecycle',
      label: 'Accounts',
      options: LIFECYCLES.map((value) => ({ value, label: words(value) })),
    },
  ];
}

export function filterOf(filters: {
  [Name in keyof typeof SHAPE]: string | null;
}): PipelineFilter {
  return {
    search: filters.q,
    persona_id: filters.persona === null ? null : Number(filters.persona),
    phase: filters.phase as PipelineFilter['phase'],
    status: filters.status as PipelineFilter['status'],
    lifecycle: filters.lifecycle as PipelineFilter['lifecycle'],
  };
}
