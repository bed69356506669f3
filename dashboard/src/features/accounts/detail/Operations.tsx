import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent, RowsSkeleton } from '@/components/AsyncContent';
import { EmptyState } from '@/components/EmptyState';
import { EvidenceStrip, STRIP_HEIGHT } from '@/components/evidence/EvidenceStrip';
import { Facts } from '@/components/Facts';
import { Section } from '@/components/Section';
import { SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { Ago, Moment } from '@/components/Time';
import type { Account } from '@/lib/api';
import { plural, words } from '@/lib/numbers';
import { evidenceOfAccountQuery } from '@/lib/queries/evidence';
import { useCan } from '@/lib/queries/me';
import { UPKEEP, useUpkeep } from '../validation/useUpkeep';
import { type Found, operationsQuery } from './upkeep';
import { Runs } from './Runs';

// The least that the parts take, so that the ones below keep their place while these are loaded.
const FIRST = 150;
const RUNS = 200;

/** How the account is kept open: what is stored for that, what was done, and what was seen. */
export function Operations({ account, canWrite }: { account: Account; canWrite: boolean }) {
  const query = useQuery(operationsQuery(account.id));
  const maySee = useCan('inbox:read');
  return (
    <Box sx={{ display: 'grid', gap: 1.5, minWidth: 0 }}>
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { md: '1fr 1fr' } }}>
        <Section
          title="Ways in"
          about="Sealed: no secret is shown."
          actions={canWrite && <Orders account={account} />}
        >
          <Box sx={{ minHeight: FIRST }}>
            <AsyncContent query={query} skeleton={<RowsSkeleton rows={5} height={FIRST} />}>
              {(found) => <WaysIn found={found} />}
            </AsyncContent>
          </Box>
        </Section>
        <Section title="Log-ins" about="Of the last seven days." flush>
          <Box sx={{ minHeight: FIRST }}>
            <AsyncContent
              query={query}
              skeleton={<RowsSkeleton rows={5} height={FIRST} />}
              isEmpty={({ log_ins: rows }) => rows.length === 0}
              empty="No log-in in seven days."
            >
              {({ log_ins: rows }) => <LogIns rows={rows} />}
            </AsyncContent>
          </Box>
        </Section>
      </Box>
      <Section
        title="Recoveries, rotations, refreshes"
        about="Step by step, as they happen; every step is in the audit log too."
      >
        <Box sx={{ minHeight: RUNS }}>
          <AsyncContent
            query={query}
            skeleton={<RowsSkeleton rows={6} height={RUNS} />}
            isEmpty={({ tasks, steps }) => tasks.length + steps.length === 0}
            empty={
              <EmptyState title="Nothing had to be done yet.">
                Cookies are refreshed once a day, and an account that does not open is brought back
                by itself where that needs no person.
              </EmptyState>
            }
          >
            {(found) => <Runs found={found} />}
          </AsyncContent>
        </Box>
      </Section>
      {maySee && <WhatWasSeen account={account} />}
    </Box>
  );
}

function Orders({ account }: { account: Account }) {
  const upkeep = useUpkeep();
  return (
    <Box sx={{ display: 'flex', gap: 0.5, flexWrap: 'wrap' }}>
      {UPKEEP.map(({ action, label }) => (
        <Button
          key={action}
          variant="outlined"
          loading={upkeep.isPending && upkeep.variables.action === action}
          onClick={() => upkeep.mutate({ account, action })}
        >
          {label}
        </Button>
      ))}
    </Box>
  );
}

function WaysIn({ found }: { found: Found }) {
  const { password, cookies, backup_codes: codes, log_in_budget: budget } = found;
  return (
    <Facts
      facts={{
        Password: password.is_stored ? 'Stored' : 'Not stored',
        'New password': password.pending_since ? (
          <>
            <StateChip state="pending" label="Beside the old one" /> since{' '}
            <Ago at={password.pending_since} />, until a log-in tells which is right
          </>
        ) : undefined,
        Cookies: cookies.is_stored ? (
          <>
            Refreshed <Ago at={cookies.refreshed_at} />
            {cookies.has_previous && '; the ones before are kept'}
          </>
        ) : (
          'None'
        ),
        'Backup codes': codes.is_stored ? `Stored, ${codes.used} used` : 'None',
        'Log-ins left': (
          <>
            {plural(budget.left, 'log-in')} without a person
            {budget.left === 0 && budget.free_at && (
              <>
                , one more at <Moment at={budget.free_at} precision="minute" />
              </>
            )}
          </>
        ),
      }}
    />
  );
}

function LogIns({ rows }: { rows: Found['log_ins'] }) {
  return (
    <Box sx={{ maxHeight: 260, overflowY: 'auto' }}>
      <SimpleTable
        label="Log-ins"
        rows={rows.map((row, at) => ({ ...row, key: at }))}
        rowId={({ key }) => key}
        columns={[
          { label: 'When', cell: ({ at }) => <Moment at={at} precision="minute" /> },
          { label: 'Door', cell: ({ door }) => words(door) },
          { label: 'Outcome', cell: ({ outcome }) => <StateChip state={outcome} /> },
          {
            label: 'By',
            cell: ({ by, is_by_person: isByPerson }) => (isByPerson ? by : `${by}, by itself`),
          },
        ]}
      />
    </Box>
  );
}

function WhatWasSeen({ account }: { account: Account }) {
  const evidence = useQuery(evidenceOfAccountQuery(account.id));
  return (
    <Section title="What was seen" about="Pages that surprised us, and what people have added.">
      <Box sx={{ minHeight: STRIP_HEIGHT }}>
        <AsyncContent
          query={evidence}
          skeleton={<RowsSkeleton rows={4} height={STRIP_HEIGHT} />}
          isEmpty={({ items }) => items.length === 0}
          empty="Nothing has surprised us."
        >
          {({ items }) => <EvidenceStrip items={items} />}
        </AsyncContent>
      </Box>
    </Section>
  );
}
