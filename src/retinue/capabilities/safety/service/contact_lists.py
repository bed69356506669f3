"""
A do-not-contact list as people keep it: a CSV with a header, or one name per line.

Pure: what comes out is every entry and every fault, and nothing is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from retinue.capabilities.safety.errors import ListTooLarge, ListUnreadable
from retinue.capabilities.safety.schemas import (
    ContactEntry,
    ListFault,
    ParsedList,
    checked_moment,
)
from retinue.foundation.errors import Problem
from retinue.kit import csv_table
from retinue.kit.handles import fingerprint, folded

LARGEST_FILE = 10 * 1024 * 1024
MOST_ROWS = 100_000
LONGEST_HANDLE = 255
LONGEST_REASON = 500
COLUMNS = frozenset({"handle", "username", "hash", "reason", "expires_at"})
_NAMING = frozenset({"handle", "username", "hash"})
_HASH = re.compile("[0-9a-fA-F]{64}")
# What stands in a table, a link or a sentence, and in no handle: such a line taken for a name would protect nobody.
_IN_NO_HANDLE = re.compile(r"""[\s,;:/\\"'|<>]""")


class _Wrong(Exception):
    """One cell that cannot be used: its column, and why."""


def entry_of(handle: str) -> ContactEntry:
    """
    The person of this handle.

    Raises:
        ValueError: no handle can be like this.
    """
    key = folded(handle)
    if _IN_NO_HANDLE.search(key):
        message = "is no handle; a CSV needs a header with `handle` or `hash`, a plain list one handle per line"
        raise ValueError(message)
    if not key or not key.isprintable() or len(key) > LONGEST_HANDLE:
        message = f"must be a printable handle of at most {LONGEST_HANDLE} characters"
        raise ValueError(message)
    return ContactEntry(handle_hash=fingerprint(key), handle=key)


def parse(content: bytes, *, now: datetime) -> ParsedList:
    """
    Read a list. An entry whose end has passed is a fault, because it would protect nobody.
    A person who stands in it twice counts once, as the later line says.

    Raises:
        ListTooLarge: more than 10 MB or 100,000 rows.
        ListUnreadable: not UTF-8, or a header that names a column twice.
    """
    if len(content) > LARGEST_FILE:
        raise ListTooLarge("file: it is larger than 10 MB; split it.")
    try:
        table = csv_table.open_table(
            content, known=COLUMNS, limits=csv_table.Limits(rows=MOST_ROWS)
        )
        rows = _table_rows(table, now=now) if _NAMING & set(table.columns) else _plain_rows(content)
        return _gathered(rows)
    except csv_table.BadTable as error:
        message = str(error)
        raise ListUnreadable(f"file: {message}", problems=[Problem(("file",), message)]) from error


def _gathered(rows: Iterator[ContactEntry | ListFault]) -> ParsedList:
    entries: dict[str, ContactEntry] = {}
    faults: list[ListFault] = []
    for row in rows:
        if isinstance(row, ListFault):
            faults.append(row)
        else:
            entries[row.handle_hash] = row
    return ParsedList(list(entries.values()), faults)


def _plain_rows(content: bytes) -> Iterator[ContactEntry | ListFault]:
    lines = content.decode("utf-8-sig").splitlines()
    if len(lines) > MOST_ROWS:
        raise ListTooLarge(f"file: it has more than {MOST_ROWS:,} lines; split it.")
    for number, line in enumerate(lines, start=1):
        text = line.strip()
        if not text:
            continue
        try:
            yield _named(text)
        except ValueError as error:
            yield ListFault(number, None, str(error))


def _named(text: str) -> ContactEntry:
    return ContactEntry(text.lower()) if _HASH.fullmatch(text) else entry_of(text)


def _table_rows(table: csv_table.Table, *, now: datetime) -> Iterator[ContactEntry | ListFault]:
    places = {name: table.columns.index(name) for name in COLUMNS & set(table.columns)}
    for row in table.rows():
        if row.fault is not None:
            yield ListFault(row.line, None, row.fault)
            continue
        cells = {
            name: csv_table.restore(row.cells[place]).strip() for name, place in places.items()
        }
        if not any(cells.values()):
            continue
        try:
            yield _entry(cells, now=now)
        except _Wrong as wrong:
            column, message = wrong.args
            yield ListFault(row.line, column, message)


def _entry(cells: dict[str, str], *, now: datetime) -> ContactEntry:
    column = "username" if cells.get("username") and not cells.get("handle") else "handle"
    handle, given = cells.get(column, ""), cells.get("hash", "")
    if given and not _HASH.fullmatch(given):
        raise _Wrong("hash", "must be a SHA-256 of 64 hexadecimal digits")
    if handle:
        try:
            named = entry_of(handle)
        except ValueError as error:
            raise _Wrong(column, str(error)) from error
        if given and given.lower() != named.handle_hash:
            raise _Wrong("hash", "is not the fingerprint of the handle beside it; leave one out")
    elif given:
        named = ContactEntry(given.lower())
    else:
        raise _Wrong("handle", "the row names nobody; give a handle or a hash")
    return ContactEntry(
        named.handle_hash,
        named.handle,
        reason=_reason(cells.get("reason", "")),
        expires_at=_moment(cells.get("expires_at", ""), now=now),
    )


def _reason(text: str) -> str | None:
    if len(text) > LONGEST_REASON or not text.isprintable():
        raise _Wrong("reason", f"must be printable text of at most {LONGEST_REASON} characters")
    return text or None


def _moment(text: str, *, now: datetime) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise _Wrong("expires_at", "must be a date or a time, as 2027-01-31") from None
    try:
        moment = checked_moment(moment)
    except ValueError as error:
        raise _Wrong("expires_at", str(error)) from error
    if moment <= now:
        raise _Wrong("expires_at", "lies in the past; leave it out for ever")
    return moment
