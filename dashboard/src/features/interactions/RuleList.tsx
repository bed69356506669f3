import Box from '@mui/material/Box';
import Cancel from '@mui/icons-material/CancelOutlined';
import CheckCircle from '@mui/icons-material/CheckCircleOutlined';

import { Moment } from '@/components/Time';
import type { Model } from '@/lib/api';
import { isMoment, measured, ruleQuestion } from './rules';

/** The rules in the order in which they were asked: what was seen, what was allowed, and the answer. */
export function RuleList({ rules }: { rules: Model<'RuleRead'>[] }) {
  return (
    <Box component="ol" sx={{ m: 0, p: 0, listStyle: 'none' }} aria-label="Rules">
      {rules.map((rule, at) => {
        const isStop = rule.verdict !== 'pass';
        const Icon = isStop ? Cancel : CheckCircle;
        return (
          <Box
            component="li"
            key={`${rule.rule}-${at}`}
            sx={{
              display: 'grid',
              gridTemplateColumns: '18px minmax(0, 1fr) auto',
              columnGap: 1,
              px: 1,
              py: 0.625,
              borderRadius: 1,
              fontSize: '0.8125rem',
              bgcolor: isStop ? 'error.soft' : 'transparent',
              color: isStop ? 'error.text' : 'text.primary',
            }}
          >
            <Icon
              titleAccess={isStop ? 'Stopped' : 'Passed'}
              sx={{ fontSize: 16, mt: 0.25, color: isStop ? 'error.text' : 'success.text' }}
            />
            <span>{ruleQuestion(rule.rule)}</span>
            <Box
              component="span"
              sx={{ color: isStop ? 'inherit' : 'text.secondary', textAlign: 'right' }}
            >
              {isMoment(rule.value) ? (
                <>
                  until <Moment at={rule.value} precision="minute" />
                  {typeof rule.threshold === 'string' && `, ${rule.threshold}`}
                </>
              ) : (
                measured(rule)
              )}
            </Box>
            {rule.message && <Box sx={{ gridColumn: '2 / -1', mt: 0.25 }}>{rule.message}</Box>}
          </Box>
        );
      })}
    </Box>
  );
}
