import Box from '@mui/material/Box';
import ButtonBase from '@mui/material/ButtonBase';
import ErrorOutline from '@mui/icons-material/ErrorOutlineOutlined';
import WarningAmber from '@mui/icons-material/WarningAmber';

import type { Finding } from './queries';

interface FindingsProps {
  findings: Finding[];
  onGo: (line: number) => void;
}

/** The findings in words, each leading to its line. */
export function Findings({ findings, onGo }: FindingsProps) {
  return (
    <Box
      component="ul"
      aria-label="Findings"
      sx={{ m: 0, p: 0, listStyle: 'none', display: 'grid', gap: 0.25 }}
    >
      {findings.map((found, at) => {
        const isError = found.severity === 'error';
        const Icon = isError ? ErrorOutline : WarningAmber;
        return (
          <li key={at}>
            <ButtonBase
              onClick={() => onGo(found.line)}
              sx={{
                display: 'flex',
                alignItems: 'flex-start',
                justifyContent: 'flex-start',
                textAlign: 'left',
                gap: 1,
                py: 0.25,
                width: '100%',
                fontSize: '0.8125rem',
                '&:hover': { textDecoration: 'underline' },
              }}
            >
              <Icon
                role="img"
                aria-label={isError ? 'Error' : 'Warning'}
                sx={{ fontSize: 16, mt: '2px', color: isError ? 'error.text' : 'warning.text' }}
              />
              <span>
                Line {found.line}
                {found.key && `, ${found.key}`}: {found.message}
                {found.suggestion && `; ${found.suggestion}`}
              </span>
            </ButtonBase>
          </li>
        );
      })}
    </Box>
  );
}
