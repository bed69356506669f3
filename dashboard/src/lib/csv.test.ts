import { describe, expect, it } from 'vitest';

import { delimiterOf, failedRows, parseCsv } from './csv';

describe('parseCsv', () => {
  it('reads quoted cells with delimiters, quotes and line breaks', () => {
    const file = parseCsv('\uFEFFA,b\r\n"x, ""y""\nz",2\r\n3,4\r\n');

    expect(file.columns).toEqual(['a', 'b']);
    expect(file.rows).toEqual([
      { line: 2, cells: ['x, "y"\nz', '2'] },
      { line: 4, cells: ['3', '4'] },
    ]);
  });

  it('passes over empty lines, and counts them', () => {
    expect(parseCsv('a,b\n\n1,2').rows).toEqual([{ line: 3, cells: ['1', '2'] }]);
  });

  it('stops after as many rows as are wanted', () => {
    expect(parseCsv('a\n1\n2\n3\n', 2).rows.map((row) => row.cells[0])).toEqual(['1', '2']);
  });

  it.each([
    ['a,b;c,d', ','],
    ['a;b;c', ';'],
    ['a\tb', '\t'],
    ['a', ','],
  ])('finds the delimiter of %j', (header, delimiter) => {
    expect(delimiterOf(`${header}\n1;2;3;4;5`)).toBe(delimiter);
  });
});

describe('failedRows', () => {
  it('gives the bad rows back as they were, with what is wrong', () => {
    const file = parseCsv('login;note\nanna;ok\nbert;"a;b"\n');
    const text = failedRows(file, [
      { line: 3, column: 'login', reason: 'is taken', fix: 'choose another' },
      { line: 3, column: 'note', reason: 'is odd' },
    ]);

    expect(text).toBe(
      'login;note;line;problem\r\n' +
        'bert;"a;b";3;"login: is taken (choose another); note: is odd"\r\n',
    );
    expect(parseCsv(text).rows[0]?.cells.slice(0, 2)).toEqual(['bert', 'a;b']);
  });
});
