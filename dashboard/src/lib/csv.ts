/** CSV in the browser: enough to show the first rows of a file, and to write its bad rows again. */

export const DELIMITERS = [',', ';', '\t'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

export const DELIMITER_NAMES: Record<Delimiter, string> = {
  ',': 'comma',
  ';': 'semicolon',
  '\t': 'tab',
};

export interface CsvRow {
  /** Counted from 1 with the header; a row with line breaks counts where it begins. */
  line: number;
  cells: string[];
}

export interface CsvFile {
  delimiter: Delimiter;
  /** As they are written. */
  header: string[];
  /** Trimmed and in lower case, as the server knows them. */
  columns: string[];
  rows: CsvRow[];
}

const SECRETS = new Set([
  'password',
  'email_password',
  'auth_token',
  'ct0',
  'two_fa',
  'proxy_password',
]);

export function isSecret(column: string): boolean {
  return SECRETS.has(column);
}

/** Whatever the cell holds, always as long: a length would tell something. */
export const MASK = '••••••••';

/** Reads at most `most` rows below the header. */
export function parseCsv(text: string, most = Number.POSITIVE_INFINITY): CsvFile {
  const clean = text.replace(/^\uFEFF/, '');
  const delimiter = delimiterOf(clean);
  const [head, ...rows] = readRows(clean, delimiter, most + 1);
  const header = head?.cells ?? [];
  return {
    delimiter,
    header,
    columns: header.map((name) => name.trim().toLowerCase()),
    rows,
  };
}

/** The one that the header holds most of. */
export function delimiterOf(text: string): Delimiter {
  const header = text.slice(0, text.search(/[\r\n]|$/));
  const times = (one: string) => header.split(one).length;
  return DELIMITERS.reduce((best, one) => (times(one) > times(best) ? one : best));
}

function readRows(text: string, delimiter: Delimiter, most: number): CsvRow[] {
  const rows: CsvRow[] = [];
  let cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  let line = 1;
  let start = 1;
  const endRow = () => {
    if (cells.length > 0 || cell !== '') rows.push({ line: start, cells: [...cells, cell] });
    cells = [];
    cell = '';
    start = line;
  };
  for (let at = 0; at < text.length && rows.length < most; at += 1) {
    const sign = text[at] as string;
    const isBreak = sign === '\n' || (sign === '\r' && text[at + 1] !== '\n');
    if (isBreak) line += 1;
    if (isQuoted) {
      if (sign !== '"') cell += sign;
      else if (text[at + 1] === '"') {
        cell += '"';
        at += 1;
      } else isQuoted = false;
    } else if (sign === '"' && cell === '') isQuoted = true;
    else if (sign === delimiter) {
      cells.push(cell);
      cell = '';
    } else if (isBreak) endRow();
    else if (sign !== '\r') cell += sign;
  }
  if (rows.length < most) endRow();
  return rows;
}

export interface RowProblem {
  line: number;
  column?: string | null;
  reason?: string | null;
  fix?: string | null;
}

/**
 * The bad rows as they stand in the file, each with what is wrong with it at its end. Mended, it is
 * imported as it is: the columns that were added are passed over.
 */
export function failedRows(file: CsvFile, problems: RowProblem[]): string {
  const wrong = new Map<number, string[]>();
  for (const { line, column, reason, fix } of problems) {
    const said = [column && `${column}:`, reason, fix && `(${fix})`].filter(Boolean).join(' ');
    wrong.set(line, [...(wrong.get(line) ?? []), said]);
  }
  const lines = [[...file.header, 'line', 'problem']];
  for (const row of file.rows) {
    const said = wrong.get(row.line);
    if (said !== undefined) lines.push([...row.cells, String(row.line), said.join('; ')]);
  }
  return (
    lines
      .map((cells) => cells.map((cell) => quoted(cell, file.delimiter)).join(file.delimiter))
      .join('\r\n') + '\r\n'
  );
}

function quoted(cell: string, delimiter: Delimiter): string {
  const needs = cell.includes(delimiter) || /["\r\n]|^\s|\s$/.test(cell);
  return needs ? `"${cell.replaceAll('"', '""')}"` : cell;
}
