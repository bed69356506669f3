import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { AsyncContent } from '@/components/AsyncContent';
import { DetailDrawer } from '@/components/DetailDrawer';
import { Diff } from '@/components/Diff';
import { Section } from '@/components/Section';
import { SimpleTable } from '@/components/SimpleTable';
import { Moment } from '@/components/Time';
import type { Account } from '@/lib/api';
import { type Plan, useRestore, versionQuery, versionsQuery } from './queries';

interface VersionsProps {
  account: Account;
  plan: Plan;
  canWrite: boolean;
}

/** Every version that was saved; any of them can be in force again. */
export function Versions({ account, plan, canWrite }: VersionsProps) {
  const versions = useQuery(versionsQuery(account));
  const [open, setOpen] = useState<number | null>(null);
  const restore = useRestore(account);
  return (
    <Section title="Versions" flush>
      <AsyncContent
        query={versions}
        rows={3}
        isEmpty={(read) => read.versions.length === 0}
        empty="It was never saved: the default is in force."
      >
        {(read) => (
          <SimpleTable
            label="Versions of the configuration"
            rows={read.versions}
            rowId={(row) => row.version}
            columns={[
              { label: 'Version', cell: (row) => row.version, align: 'right', width: 70 },
              { label: 'Saved', cell: (row) => <Moment at={row.saved_at} /> },
              { label: 'By', cell: (row) => row.saved_by },
              { label: 'Note', cell: (row) => row.note ?? '–' },
              {
                label: 'More',
                cell: (row) =>
                  row.is_current ? (
                    'In force'
                  ) : (
                    <Button
                      aria-label={`Compare version ${row.version}`}
                      onClick={() => setOpen(row.version)}
                    >
                      Compare
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </AsyncContent>
      <DetailDrawer
        open={open !== null}
        onClose={() => setOpen(null)}
        width={640}
        title={`Version ${open ?? ''}`}
        about={`What restoring it would change in version ${plan.version}`}
        actions={
          canWrite && (
            <Button
              variant="contained"
              loading={restore.isPending}
              onClick={() =>
                open !== null &&
                restore.mutate({ version: open }, { onSuccess: () => setOpen(null) })
              }
            >
              Restore version {open}
            </Button>
          )
        }
      >
        {open !== null && <Old account={account} plan={plan} version={open} />}
      </DetailDrawer>
    </Section>
  );
}

function Old({ account, plan, version }: { account: Account; plan: Plan; version: number }) {
  const old = useQuery(versionQuery(account, version));
  return (
    <AsyncContent query={old}>
      {(read) => <Diff before={plan.text} after={read.text} />}
    </AsyncContent>
  );
}
