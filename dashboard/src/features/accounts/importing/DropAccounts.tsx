import Button from '@mui/material/Button';
import UploadFile from '@mui/icons-material/UploadFileOutlined';

import { DropArea } from '@/components/DropArea';
import { save } from '@/lib/downloads';

const LARGEST = 10 * 1024 * 1024;
const TEMPLATE = `account_no,login,password,email,email_password,auth_token,ct0,two_fa,persona,labels,timezone\n`;

interface DropAccountsProps {
  onFile: (file: File) => void;
  onRefused: (message: string) => void;
  /** One line, once a file is there. */
  isSmall: boolean;
}

/** Takes one CSV file, dropped or chosen. */
export function DropAccounts({ onFile, onRefused, isSmall }: DropAccountsProps) {
  return (
    <DropArea
      label="CSV file of accounts"
      title={
        isSmall
          ? 'Another file, or the mended one: drop it here'
          : 'Drop a CSV file of accounts here'
      }
      choose="Choose a file"
      icon={UploadFile}
      hint="UTF-8, at most 10 MB; comma, semicolon or tab. Needed: account_no, login, password, email, email_password, auth_token, ct0. An account_no that exists already is updated. Nothing is stored before you have seen what would happen."
      isSmall={isSmall}
      multiple={false}
      maxSize={LARGEST}
      onDropAccepted={([file]) => file && onFile(file)}
      onDropRejected={([first]) =>
        onRefused(
          first?.errors[0]?.code === 'file-too-large'
            ? 'The file is larger than 10 MB; split it.'
            : 'Drop one file at a time.',
        )
      }
    >
      <Button variant="outlined" onClick={() => save(TEMPLATE, 'accounts.csv', 'text/csv')}>
        Download a template
      </Button>
    </DropArea>
  );
}
