import Box from '@mui/material/Box';

import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import type { Capability, Network } from './queries';

const COLUMNS: Column<Capability>[] = [
  { label: 'Capability', width: 180, cell: ({ title }) => title },
  { label: 'Level', width: 120, cell: ({ level }) => <StateChip state={level} /> },
  {
    label: 'Why',
    cell: ({ reason }) => <Box sx={{ minWidth: 240, maxWidth: '72ch' }}>{reason}</Box>,
  },
  {
    label: 'Limit there',
    width: 220,
    cell: ({ limit }) => (
      <Box component="span" sx={{ color: limit === null ? 'text.secondary' : undefined }}>
        {limit ?? '–'}
      </Box>
    ),
  },
  {
    label: 'Retinue does it',
    width: 120,
    cell: ({ performed }) => (performed ? 'Yes' : 'Not in this version'),
  },
];

/** What one network lets software do in an account's name, each with its reason. */
export function Abilities({ network }: { network: Network }) {
  return (
    <Section title={`What ${network.title} lets software do`} about={LEVELS} flush>
      <SimpleTable
        label={`Capabilities of ${network.title}`}
        rows={network.capabilities}
        columns={COLUMNS}
        rowId={({ name }) => name}
      />
    </Section>
  );
}

export const LEVELS =
  'Official: by its interface. Restricted: under conditions. Assisted: prepared here, done by a person. None: not at all.';
