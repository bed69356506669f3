import BugReport from '@mui/icons-material/BugReportOutlined';
import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { DetailDrawer } from '@/components/DetailDrawer';
import type { EngagementSession } from '@/lib/api';
import { save } from '@/lib/downloads';
import { useToast } from '@/lib/toasts';
import { MONO } from '@/theme/theme';
import { sessionEventsQuery, versionQuery } from './queries';
import { errorReport } from './report';

/** What to hand to somebody who helps: seen before it is copied. */
export function ReportButton({ session }: { session: EngagementSession }) {
  const [isOpen, setOpen] = useState(false);
  const events = useQuery({ ...sessionEventsQuery(session.id), enabled: isOpen });
  const version = useQuery({ ...versionQuery(), enabled: isOpen });
  const toast = useToast();
  const text = errorReport(session, events.data?.items ?? [], version.data);
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    toast.tell('The report is copied.');
  };
  return (
    <>
      <Button variant="outlined" startIcon={<BugReport />} onClick={() => setOpen(true)}>
        Error report
      </Button>
      <DetailDrawer
        open={isOpen}
        onClose={() => setOpen(false)}
        title="Error report"
        about="Ids, versions and the last events. There is no password, cookie or code in it."
        width={640}
        actions={
          <>
            <Button variant="contained" onClick={() => void copy()} disabled={events.isPending}>
              Copy
            </Button>
            <Button
              variant="outlined"
              disabled={events.isPending}
              onClick={() => save(text, `session-${session.id}.txt`)}
            >
              Save as a file
            </Button>
          </>
        }
      >
        <Box
          component="pre"
          tabIndex={0}
          aria-label="Report"
          sx={{
            m: 0,
            p: 1.5,
            border: 1,
            borderColor: 'divider',
            borderRadius: 1,
            fontFamily: MONO,
            fontSize: '0.75rem',
            lineHeight: 1.55,
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
          }}
        >
          {text}
        </Box>
      </DetailDrawer>
    </>
  );
}
