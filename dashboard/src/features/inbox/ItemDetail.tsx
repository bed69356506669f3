import Box from '@mui/material/Box';
import Button from '@mui/material/Button';
import OpenInNew from '@mui/icons-material/OpenInNew';
import Typography from '@mui/material/Typography';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';

import { Facts } from '@/components/Facts';
import { JsonView } from '@/components/JsonView';
import { Kbd } from '@/components/Kbd';
import { StateChip } from '@/components/StateChip';
import { TextLink } from '@/components/TextLink';
import { Ago, Moment } from '@/components/Time';
import type { InboxItem } from '@/lib/api';
import { useKeys } from '@/lib/keys';
import { words } from '@/lib/numbers';
import { evidenceOfQuery } from '@/lib/queries/evidence';
import { useCan, useMe } from '@/lib/queries/me';
import { Decision } from './Decision';
import { Seen } from './Seen';
import { LINK_WORDS, nameOf, standingOf } from './standing';

/** One item: what happened, what to do, what was seen, the decision, and what is known. */
export function ItemDetail({ item, onSettled }: { item: InboxItem; onSettled: () => void }) {
  const isOver = item.state === 'resolved' || item.state === 'expired';
  const evidence = useQuery(evidenceOfQuery(item.evidence));
  const me = useMe();
  const canWrite = useCan('inbox:write');
  const hasPicture = (evidence.data ?? []).some(({ subject_kind: kind }) => kind === 'inbox_item');
  return (
    <Box sx={{ p: 2.5, display: 'grid', gap: 2, alignContent: 'start' }}>
      <Box>
        <Typography variant="h2" sx={{ fontSize: '1.0625rem', mb: 0.75, overflowWrap: 'anywhere' }}>
          {item.title}
        </Typography>
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', flexWrap: 'wrap' }}>
          <StateChip state={item.state} />
          <Typography variant="caption" color="textSecondary">
            {words(item.kind)} · <Ago at={item.created_at} />
            {!isOver && item.due_at !== null && (
              <>
                {' '}
                · until <Moment at={item.due_at} precision="minute" />
              </>
            )}
          </Typography>
        </Box>
      </Box>
      <Typography
        variant="body2"
        sx={{ maxWidth: '70ch', whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}
      >
        {item.instructions}
      </Typography>
      {!isOver && item.link !== null && <WayThere item={item} link={item.link} />}
      <Seen
        key={`seen ${item.id}`}
        item={item}
        evidence={evidence}
        mayAdd={canWrite && !isOver && !standingOf(item, me).isOthers}
      />
      {isOver ? (
        <Outcome item={item} />
      ) : (
        <Decision key={item.id} item={item} hasPicture={hasPicture} onSettled={onSettled} />
      )}
      <Known item={item} isOver={isOver} />
    </Box>
  );
}

function WayThere({ item, link }: { item: InboxItem; link: string }) {
  const anchor = useRef<HTMLAnchorElement>(null);
  useKeys({ o: () => anchor.current?.click() });
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 1.5, minWidth: 0 }}>
      <Button
        ref={anchor}
        component="a"
        href={link}
        target="_blank"
        rel="noopener noreferrer"
        variant="outlined"
        startIcon={<OpenInNew />}
        endIcon={<Kbd keys="o" />}
        sx={{ flexShrink: 0 }}
      >
        {LINK_WORDS[item.kind] ?? 'Open the page'}
      </Button>
      <Typography variant="caption" color="textSecondary" noWrap title={link}>
        {hostOf(link)}
      </Typography>
    </Box>
  );
}

function hostOf(link: string): string {
  return URL.canParse(link) ? new URL(link).host : '';
}

function Outcome({ item }: { item: InboxItem }) {
  const decided = item.choices.find(({ value }) => value === item.resolution)?.label;
  return (
    <Facts
      facts={{
        Decision: decided ?? words(item.resolution ?? item.state),
        By: item.resolved_by ?? (item.state === 'expired' ? 'nobody, in time' : '–'),
        At: item.resolved_at === null ? undefined : <Moment at={item.resolved_at} />,
        Note: item.note ?? undefined,
      }}
    />
  );
}

function Known({ item, isOver }: { item: InboxItem; isOver: boolean }) {
  const atExpiry = item.choices.find(({ value }) => value === item.at_expiry)?.label;
  const details = Object.fromEntries(
    Object.entries(item.details).filter(([, value]) => value !== null && value !== ''),
  );
  return (
    <Box component="section" aria-label="What is known" sx={{ display: 'grid', gap: 1.5 }}>
      <Typography variant="h3">What is known</Typography>
      <Facts
        facts={{
          Account:
            item.account_id === null ? undefined : (
              <TextLink to={`/accounts/${item.account_id}`}>{item.account}</TextLink>
            ),
          About: `${words(item.subject_kind)} ${item.subject_id}`,
          Since: <Moment at={item.created_at} />,
          Until: item.due_at === null ? undefined : <Moment at={item.due_at} />,
          'If nobody decides': isOver ? undefined : atExpiry,
          'Waits for': item.assigned_to === null ? undefined : nameOf(item.assigned_to),
          'Taken up by': item.claimed_by ?? undefined,
        }}
      />
      {Object.keys(details).length > 0 && <JsonView value={details} />}
    </Box>
  );
}
