import Box from '@mui/material/Box';
import MenuItem from '@mui/material/MenuItem';
import TextField from '@mui/material/TextField';
import { type ReactNode, useMemo, useState } from 'react';
import { Controller, FormProvider, useForm, useWatch } from 'react-hook-form';

import { Section } from '@/components/Section';
import { asApiError } from '@/lib/api';
import { useCan } from '@/lib/queries/me';
import { changesBetween, type Draft, draftOf, sizeOf } from './draft';
import { SwitchField, ValueField } from './fields';
import { KeepingFields } from './KeepingFields';
import { LimitsTable } from './LimitsTable';
import { placeErrors } from './placeErrors';
import { type RuntimeSettings, useSaveSettings } from './queries';
import { RampFields } from './RampFields';
import { SaveBar } from './SaveBar';
import { summaryOf } from './summary';

export function SettingsForm({ settings }: { settings: RuntimeSettings }) {
  const inForce = useMemo(() => draftOf(settings), [settings]);
  // What somebody else changes meanwhile comes in; what is being edited here stays.
  const form = useForm<Draft>({ values: inForce, resetOptions: { keepDirtyValues: true } });
  const [refusal, setRefusal] = useState<string | null>(null);
  const save = useSaveSettings();
  const mayChange = useCan('settings:write');
  const draft = { ...inForce, ...useWatch({ control: form.control }) } as Draft;
  const count = sizeOf(changesBetween(inForce, draft));

  const submit = form.handleSubmit(async (after) => {
    setRefusal(null);
    try {
      const saved = await save.mutateAsync({
        changes: changesBetween(inForce, after),
        back: changesBetween(after, inForce),
        count,
      });
      form.reset(draftOf(saved), { keepDirtyValues: false });
    } catch (error) {
      setRefusal(placeErrors(asApiError(error), form.setError));
    }
  });
  const discard = () => {
    setRefusal(null);
    form.reset(inForce, { keepDirtyValues: false });
  };

  return (
    <FormProvider {...form}>
      <Box
        component="form"
        noValidate
        aria-label="Settings"
        onSubmit={(event) => void submit(event)}
        sx={{
          display: 'grid',
          gap: 1.5,
          // The bar below stands where the page ends, and what has the keyboard above it.
          mb: { xs: -1.5, sm: -2.5 },
          '& input': { scrollMarginBlock: 88 },
        }}
      >
        <Section
          title="In short"
          about={`Version ${settings.version}. A change is in force at once, everywhere.`}
        >
          <Box
            component="ul"
            sx={{ m: 0, pl: 2.25, fontSize: '0.8125rem', '& li': { mb: 0.5 }, maxWidth: '90ch' }}
          >
            {summaryOf(draft).map((sentence, at) => (
              <li key={at}>{sentence}</li>
            ))}
          </Box>
        </Section>

        <Section title="The same person again">
          <Row>
            <ValueField name="reengagement_days" label="Not before" unit="days" />
            <Controller
              name="dedup_scope"
              control={form.control}
              render={({ field }) => (
                <TextField select fullWidth label="Asked among" {...field}>
                  <MenuItem value="account">the account itself</MenuItem>
                  <MenuItem value="persona">accounts of its persona</MenuItem>
                  <MenuItem value="fleet">all own accounts</MenuItem>
                </TextField>
              )}
            />
            <ValueField
              name="cache_seconds"
              label="Answers remembered for"
              unit="s"
              help="Before an act the ledger is always asked itself."
            />
          </Row>
        </Section>

        <Section title="Limits of each account" flush>
          <LimitsTable />
        </Section>

        <Section title="Limits of young accounts">
          <RampFields />
        </Section>

        <Section title="When a network says slow down">
          <Row>
            <ValueField
              name="rate_limit_steps"
              label="Waits, one after the other"
              unit="s"
              help="Seconds, with commas between them."
            />
            <ValueField name="cooldown_after_consecutive" label="Cooldown after" unit="in a row" />
            <ValueField name="cooldown_minutes" label="Cooldown lasts" unit="min" />
          </Row>
        </Section>

        <Section title="Keeping accounts open">
          <KeepingFields />
        </Section>

        <Section title="Work in the background">
          <Row>
            <ValueField
              name="lookups_per_15_minutes"
              label="Look-ups in 15 minutes"
              unit="in all"
            />
            <ValueField
              name="lookups_per_account"
              label="Look-ups in 15 minutes"
              unit="an account"
            />
            <ValueField name="validation_concurrency" label="Validated at once" unit="accounts" />
            <ValueField name="trace_days" label="Decisions are explained for" unit="days" />
          </Row>
          <Box sx={{ mt: 1 }}>
            <SwitchField
              name="engage_before_warm_up"
              label="Ready accounts may engage before their warm-up"
            />
          </Box>
        </Section>
        <SaveBar
          count={count}
          refusal={refusal}
          isSaving={save.isPending}
          mayChange={mayChange}
          onDiscard={discard}
        />
      </Box>
    </FormProvider>
  );
}

function Row({ children }: { children: ReactNode }) {
  return (
    <Box
      sx={{
        pt: 0.5,
        display: 'grid',
        gap: 2,
        gridTemplateColumns: 'repeat(auto-fit, minmax(200px, 1fr))',
      }}
    >
      {children}
    </Box>
  );
}
