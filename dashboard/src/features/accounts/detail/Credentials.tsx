import Box from '@mui/material/Box';
import LockOutlined from '@mui/icons-material/LockOutlined';
import { useQuery } from '@tanstack/react-query';

import { AsyncContent } from '@/components/AsyncContent';
import { Facts } from '@/components/Facts';
import { Section } from '@/components/Section';
import { Ago } from '@/components/Time';
import type { Account } from '@/lib/api';
import { words } from '@/lib/numbers';
import { MASK } from '@/lib/csv';
import { credentialsQuery } from './queries';

const NAMES: Record<string, string> = {
  email_password: 'E-mail password',
  auth_token: 'Token',
  ct0: 'ct0',
  totp_secret: 'Second factor',
  backup_codes: 'Backup codes',
};

/** Which secrets there are. The page never gets to know one. */
export function Credentials({ account }: { account: Account }) {
  const credentials = useQuery(credentialsQuery(account.id));
  return (
    <Section title="Credentials" about="Sealed. An import is the way to change them.">
      <AsyncContent query={credentials} rows={6}>
        {({ items, updated_at }) => (
          <Facts
            facts={{
              ...Object.fromEntries(
                items.map(({ name, is_stored, has_previous }) => [
                  NAMES[name] ?? words(name),
                  is_stored ? (
                    <Box sx={{ display: 'inline-flex', gap: 0.5, alignItems: 'center' }}>
                      <LockOutlined sx={{ fontSize: 13 }} aria-hidden /> {MASK}
                      {has_previous && (
                        <Box component="span" sx={{ color: 'text.secondary' }}>
                          the one before is kept
                        </Box>
                      )}
                    </Box>
                  ) : (
                    'Not stored'
                  ),
                ]),
              ),
              Changed: <Ago at={updated_at} />,
            }}
          />
        )}
      </AsyncContent>
    </Section>
  );
}
