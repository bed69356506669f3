import BugReport from '@mui/icons-material/BugReportOutlined';
import Button from '@mui/material/Button';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { DetailDrawer } from '@/components/DetailDrawer';
import { Preformatted } from '@/components/Preformatted';
import type { EngagementSession } from '@/lib/api';
import { copy } from '@/lib/clipboard';
import { save } from '@/lib/downloads';
import { useToast } from '@/lib/toasts';
import { sessionEventsQuery, versionQuery } from './queries';
import { errorReport } from './report';

/** What to hand to somebody who helps: seen before it is copied. */
export function ReportButton({ session }: { session: EngagementSession }) {
  const [isOpen, setOpen] = useState(false);
  const events = useQuery({ ...sessionEventsQuery(session.id), enabled: isOpen });
  const version = useQuery({ ...versionQuery(), enabled: isOpen });
  const toast = useToast();
  const text = errorReport(session, events.data?.items ?? [], version.data);
  const take = async () => {
    if (await copy(text)) toast.tell('The report is copied.');
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
            <Button variant="contained" onClick={() => void take()} disabled={events.isPending}>
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
        <Preformatted label="Report">{text}</Preformatted>
      </DetailDrawer>
    </>
  );
}
