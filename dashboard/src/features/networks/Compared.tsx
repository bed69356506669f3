import Box from '@mui/material/Box';

import { Section } from '@/components/Section';
import { type Column, SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { LEVELS } from './Abilities';
import type { Capability, Network } from './queries';

interface Row {
  name: Capability['name'];
  title: string;
  by: Record<string, Capability>;
}

/** The same capability on every network. The reason is in the hint, and in full on the network's own tab. */
export function Compared({ networks }: { networks: readonly Network[] }) {
  const columns: Column<Row>[] = [
    { label: 'Capability', width: 200, cell: ({ title }) => title },
    ...networks.map(({ name, title }): Column<Row> => ({
      label: title,
      width: 160,
      cell: ({ by }) => <Cell capability={by[name]} />,
    })),
  ];
  return (
    <Section title="What they let software do" about={LEVELS} flush>
      <SimpleTable
        label="Capabilities by network"
        rows={rowsOf(networks)}
        columns={columns}
        rowId={({ name }) => name}
      />
    </Section>
  );
}

function Cell({ capability }: { capability: Capability | undefined }) {
  if (capability === undefined) return '–';
  const { level, reason, limit, performed } = capability;
  const isWanting = level !== 'none' && !performed;
  return (
    <Box component="span" sx={{ display: 'inline-flex', alignItems: 'center', gap: 0.75 }}>
      <StateChip
        state={level}
        hint={`${reason}${limit === null ? '' : ` Limit: ${limit}.`}${isWanting ? ' Not in this version of Retinue.' : ''}`}
      />
      {isWanting && (
        <Box component="span" sx={{ fontSize: '0.6875rem', color: 'text.secondary' }}>
          not yet
        </Box>
      )}
    </Box>
  );
}

/** In the order of the first network that names each. */
export function rowsOf(networks: readonly Network[]): Row[] {
  const rows = new Map<string, Row>();
  for (const network of networks) {
    for (const capability of network.capabilities) {
      const { name, title } = capability;
      const row = rows.get(name) ?? { name, title, by: {} };
      row.by[network.name] = capability;
      rows.set(name, row);
    }
  }
  return [...rows.values()];
}
