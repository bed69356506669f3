import Box from '@mui/material/Box';
import Typography from '@mui/material/Typography';

import { SimpleTable } from '@/components/SimpleTable';
import { StateChip } from '@/components/StateChip';
import { count } from '@/lib/numbers';
import type { BulkReport } from './bulk';

/** What became of each account, or would become of it: the refused ones first. */
export function OutcomeTable({ report }: { report: BulkReport }) {
  const label = report.dry_run
    ? 'What would become of each account'
    : 'What became of each account';
  const ahead = report.action === 'validate' ? 'Will be validated' : 'Will change';
  return (
    <Box>
      <Box
        sx={{
          maxHeight: 260,
          overflowY: 'auto',
          border: 1,
          borderColor: 'divider',
          borderRadius: 1,
        }}
      >
        <SimpleTable
          label={label}
          rows={report.rows}
          rowId={(row) => row.id}
          columns={[
            { label: 'Account', cell: (row) => row.account ?? `#${row.id}` },
            {
              label: 'Outcome',
              cell: (row) => (
                <StateChip
                  state={row.outcome}
                  label={report.dry_run && row.outcome === 'changed' ? ahead : undefined}
                />
              ),
            },
            { label: 'Why', cell: (row) => row.reason ?? '–' },
          ]}
        />
      </Box>
      {report.rows_omitted > 0 && (
        <Typography variant="caption" color="textSecondary">
          and {count(report.rows_omitted)} more
        </Typography>
      )}
    </Box>
  );
}
