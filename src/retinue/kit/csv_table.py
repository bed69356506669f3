"""
CSV as people send it: any of three delimiters, with or without a byte order mark.

Reading never raises beyond `BadTable`, whatever the bytes; a broken row comes back
as a row with its fault, so that the rows around it can be told apart.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

DELIMITERS = (",", ";", "\t")

# What begins a formula somewhere: the four signs, in full width too, and white space before them.
_SIGNS = r"[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]"
_FORMULA = re.compile(f"'*{_SIGNS}")
_NEUTRALISED = re.compile(f"'+{_SIGNS}")
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


class BadTable(Exception):
    """The text as a whole cannot be read. The message says why and how to mend it; it quotes no cell."""


@dataclass(frozen=True, slots=True)
class Limits:
    columns: int = 200
    rows: int = 100_000
    field_characters: int = 65_536


@dataclass(frozen=True, slots=True)
class Row:
    """`line` counts from 1 with the header. Either `cells` as wide as the header, or a `fault`."""

    line: int
    cells: list[str] = field(repr=False)
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """`columns` are the header's names, trimmed and in lower case."""

    delimiter: str
    columns: tuple[str, ...]
    text: bytes = field(repr=False)
    limits: Limits

    def rows(self) -> Iterator[Row]:
        """
        Every row below the header in the file's order; empty lines are passed over.

        Raises:
            BadTable: there are more rows than the limit.
        """
        lines = _lines(self.text)
        reader = _reader(lines, self.delimiter)
        next(reader)
        width, longest, count = len(self.columns), self.limits.field_characters, 0
        while True:
            line = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(line, [], _fault_of(error))
            else:
                if not cells:
                    continue
                yield Row(line, cells, _shape_fault(cells, width, longest))
            count += 1
            if count > self.limits.rows:
                message = f"the file has more than {self.limits.rows:,} rows; split it"
                raise BadTable(message)


def open_table(content: bytes, *, known: frozenset[str], limits: Limits | None = None) -> Table:
    """
    Take the delimiter that makes the header say the most `known` columns.

    Raises:
        BadTable: not UTF-8, no header, too many columns, or a column named twice.
    """
    limits = limits or Limits()
    _check_encoding(content)
    headers = {delimiter: _header(content, delimiter) for delimiter in DELIMITERS}
    delimiter = max(DELIMITERS, key=lambda choice: len(known & set(headers[choice])))
    columns = headers[delimiter]
    if not any(columns):
        raise BadTable("the file has no header; its first line names the columns")
    if len(columns) > limits.columns:
        raise BadTable(f"the header has {len(columns):,} columns, more than {limits.columns}")
    twice = sorted({name for name in columns if name in known and columns.count(name) > 1})
    if twice:
        raise BadTable(f"the header names {', '.join(twice)} twice; keep one of them")
    return Table(delimiter, columns, content, limits)


def write(rows: Sequence[Sequence[str]]) -> str:
    """Rows as CSV text, every cell neutralised."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    for row in rows:
        writer.writerow([neutralise(cell) for cell in row])
    return target.getvalue()


def rows_as_they_are(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Pieces of a file for a program, the header first: no cell is made safe from a spreadsheet."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(header)
    for row in rows:
        writer.writerow(row)
        yield target.getvalue()
        target.seek(0)
        target.truncate()
    yield target.getvalue()


def neutralise(cell: str) -> str:
    """A cell that a spreadsheet will not take for a formula. `restore` gives it back."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def restore(cell: str) -> str:
    if cell[:1] != "'":
        return cell
    return cell[1:] if _NEUTRALISED.match(cell) else cell


def _check_encoding(content: bytes) -> None:
    if content.startswith(_UTF16_MARKS):
        raise BadTable("the file is UTF-16; save it as CSV UTF-8")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise BadTable(f"line {line} is not UTF-8; save the file as CSV UTF-8") from None


def _header(content: bytes, delimiter: str) -> tuple[str, ...]:
    # A quote that is never closed would make the whole file one header.
    first = content[: 64 * 1024]
    reader = _reader(_lines(first, errors="ignore"), delimiter)
    try:
        cells = next(reader)
    except (StopIteration, csv.Error):
        return ()
    return tuple(cell.strip().casefold() for cell in cells)


def _lines(content: bytes, *, errors: str = "strict") -> Iterable[str]:
    return io.TextIOWrapper(io.BytesIO(content), encoding="utf-8-sig", errors=errors, newline="")


def _reader(lines: Iterable[str], delimiter: str) -> Any:
    return csv.reader(lines, delimiter=delimiter, strict=True)


def _shape_fault(cells: list[str], width: int, longest: int) -> str | None:
    if len(cells) != width:
        return f"the row has {len(cells):,} cells and the header {width:,}"
    if sum(map(len, cells)) > longest and max(map(len, cells)) > longest:
        return f"a cell is longer than {longest:,} characters"
    return None


def _fault_of(error: csv.Error) -> str:
    text = str(error)
    if "field larger" in text:
        return "a cell is far too long"
    if "unexpected end" in text:
        return "a quote is opened and never closed"
    return "the quotes do not match"
