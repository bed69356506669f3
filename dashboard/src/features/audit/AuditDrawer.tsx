import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import Typography from '@mui/material/Typography';

import { CopyText } from '@/components/CopyText';
import { DetailDrawer } from '@/components/DetailDrawer';
import { Facts } from '@/components/Facts';
import { Moment } from '@/components/Time';
import type { AuditEntry } from '@/lib/api';
import { Changes } from './Changes';

interface AuditDrawerProps {
  entry: AuditEntry | undefined;
  onClose: () => void;
  /** Shows what else fits this entry. */
  onFilter: (filters: Record<string, string>) => void;
}

/** One entry: who did it, to what, why, and which values it changed. */
export function AuditDrawer({ entry, onClose, onFilter }: AuditDrawerProps) {
  return (
    <DetailDrawer
      open={entry !== undefined}
      onClose={onClose}
      title={entry?.action}
      about={<Moment at={entry?.at} />}
      width={560}
      actions={
        entry && (
          <>
            <Button variant="outlined" onClick={() => onFilter({ actor: entry.actor })}>
              All by {entry.actor}
            </Button>
            <Button variant="outlined" onClick={() => onFilter(subjectOf(entry))}>
              All about {entry.subject_kind} {shortened(entry.subject_id)}
            </Button>
          </>
        )
      }
    >
      {entry && (
        <Box sx={{ display: 'flex', flexDirection: 'column', gap: 2.5 }}>
          <Facts
            facts={{
              Who: entry.actor,
              'On what': `${entry.subject_kind} ${entry.subject_id}`,
              Reason: entry.reason,
              From: entry.address ?? undefined,
              Request: entry.request_id ? <CopyText text={entry.request_id} /> : undefined,
              Entry: entry.id,
              Hash: <CopyText text={entry.hash} shown={`${entry.hash.slice(0, 16)}…`} />,
            }}
          />
          <Box component="section">
            <Typography variant="h3" sx={{ mb: 0.75 }}>
              What changed
            </Typography>
            <Changes before={entry.before} after={entry.after} />
          </Box>
        </Box>
      )}
    </DetailDrawer>
  );
}

function subjectOf(entry: AuditEntry): Record<string, string> {
  return { subject_kind: entry.subject_kind, subject_id: entry.subject_id };
}

function shortened(id: string): string {
  return id.length > 12 ? `${id.slice(0, 8)}…` : id;
}
