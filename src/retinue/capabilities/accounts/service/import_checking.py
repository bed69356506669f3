"""
Whether a file can be imported: every row checked by itself, against the rest of the
file, and against what is stored.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import repository
from retinue.capabilities.accounts.errors import FileUnreadable
from retinue.capabilities.accounts.models import Lifecycle, RowOutcome
from retinue.capabilities.accounts.rules import csv_rows
from retinue.capabilities.accounts.schemas import (
    CheckedFile,
    ImportRow,
    RowProblem,
    RowVerdict,
    StoredAccount,
)
from retinue.foundation import passphrase_file
from retinue.foundation.errors import Problem
from retinue.foundation.sealing import Sealer
from retinue.kit import csv_table
from retinue.kit.packed import Packed

_Name = TypeVar("_Name", str, tuple[str, str])


CHUNK = 1000
"""Rows in one transaction."""


@dataclass(frozen=True, slots=True)
class Judged:
    """One chunk against what is stored: a verdict per row, and the accounts that will be updated."""

    rows: Sequence[ImportRow]
    verdicts: list[RowVerdict]
    stored: Mapping[str, StoredAccount]


@dataclass(frozen=True, slots=True)
class Glance:
    """What a look at a chunk without errors has found, short enough to be kept for all chunks of a file."""

    outcomes: list[RowOutcome]
    stored: Mapping[str, StoredAccount]

    @classmethod
    def of(cls, judged: Judged) -> Glance:
        return cls([verdict.outcome for verdict in judged.verdicts], judged.stored)

    def judged(self, rows: Sequence[ImportRow]) -> Judged:
        """The look itself again. `rows` are those of its chunk."""
        verdicts = [
            RowVerdict(row.line, outcome, row.account_no, row.login)
            for row, outcome in zip(rows, self.outcomes, strict=True)
        ]
        return Judged(rows, verdicts, self.stored)


def check_header(content: bytes) -> csv_rows.RowReader:
    """
    Raises:
        FileUnreadable: it is no CSV file, or a required column is missing.
    """
    return _opened(content)[1]


def check_file(content: bytes, sealer: Sealer) -> CheckedFile:
    """
    Look at every row, without the database.

    Raises:
        FileUnreadable: it is no CSV file, or a required column is missing.
    """
    table, reader = _opened(content)
    checked = CheckedFile(Packed(piece=CHUNK), errors=[], ignored_columns=reader.ignored)
    said = _Said()
    try:
        for row in table.rows():
            found = reader.read(row)
            if isinstance(found, RowVerdict):
                checked.errors.append(found)
                # A row that is wrong elsewhere still says its number twice.
                said.number(found.account_no, found.line)
                continue
            found.digest = sealer.digest(csv_rows.canonical(found))
            checked.rows.append(found)
            said.number(found.account_no, found.line)
            said.login(found)
    except csv_table.BadTable as error:
        raise _unreadable(str(error)) from error
    if not checked.total:
        raise _unreadable("the file has a header and no rows")
    _part_repeated(checked, said)
    return checked


def judge(db: Session, rows: Sequence[ImportRow]) -> Judged:
    """What would become of these rows now. Asks the database once, and once for each network, however many rows."""
    stored = repository.stored_by_number(db, [row.account_no for row in rows])
    keys: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        keys[_network_of(row, stored.get(row.account_no))].append(row.login_key)
    owners = {
        (network, key): number
        for network, asked in keys.items()
        for key, number in repository.stored_by_login(db, network, asked).items()
    }
    verdicts = [_judge_one(row, stored.get(row.account_no), owners) for row in rows]
    updated = {
        row.account_no: stored[row.account_no]
        for row, verdict in zip(rows, verdicts, strict=True)
        if verdict.outcome is RowOutcome.update
    }
    return Judged(rows, verdicts, updated)


def _opened(content: bytes) -> tuple[csv_table.Table, csv_rows.RowReader]:
    if passphrase_file.is_sealed(content):
        raise _unreadable(
            "it is sealed with a passphrase, which no server is told: use `retinue accounts import`"
        )
    try:
        table = csv_table.open_table(content, known=csv_rows.KNOWN)
    except csv_table.BadTable as error:
        raise _unreadable(str(error)) from error
    reader = csv_rows.RowReader(table.columns)
    if reader.missing:
        problems = [
            Problem(("body", "file", name), "the column is missing", "missing")
            for name in reader.missing
        ]
        names = ", ".join(reader.missing)
        message = f"file: the header lacks {names}; needed are {', '.join(csv_rows.REQUIRED)}."
        raise FileUnreadable(message, problems=problems)
    return table, reader


def _unreadable(reason: str) -> FileUnreadable:
    return FileUnreadable(f"file: {reason}.", problems=[Problem(("body", "file"), reason)])


class _Said:
    """The names that a file says, and the lines of each that it says twice."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._logins: dict[tuple[str, str], int] = {}
        self.repeated_numbers: dict[str, list[int]] = {}
        self.repeated_logins: dict[tuple[str, str], list[int]] = {}

    def number(self, number: str | None, line: int) -> None:
        if number:
            _note(number, line, first=self._numbers, repeated=self.repeated_numbers)

    def login(self, row: ImportRow) -> None:
        _note(_login_of(row), row.line, first=self._logins, repeated=self.repeated_logins)


def _note(
    name: _Name, line: int, *, first: dict[_Name, int], repeated: dict[_Name, list[int]]
) -> None:
    if first.setdefault(name, line) != line:
        repeated.setdefault(name, [first[name]]).append(line)


def _part_repeated(checked: CheckedFile, said: _Said) -> None:
    """Rows that name one account twice are errors, all of them: nobody can say which one is meant."""
    numbers, logins = said.repeated_numbers, said.repeated_logins
    if not numbers and not logins:
        return
    kept: Packed[ImportRow] = Packed(piece=CHUNK)
    for row in checked.rows:
        problems = [
            *_problem("account_no", numbers.get(row.account_no), row.line),
            *_problem("login", logins.get(_login_of(row)), row.line),
        ]
        if problems:
            checked.errors.append(_error(row, problems))
        else:
            kept.append(row)
    checked.rows = kept
    checked.errors.sort(key=lambda verdict: verdict.line)


def _login_of(row: ImportRow) -> tuple[str, str]:
    return csv_rows.default_network(row.network), row.login_key


def _problem(column: str, lines: list[int] | None, own: int) -> list[RowProblem]:
    if lines is None:
        return []
    others = [str(line) for line in lines if line != own]
    shown = ", ".join(others[:5]) + (" and more" if len(others) > 5 else "")
    return [RowProblem(column, f"stands on line {shown} too", "keep one row for each account")]


def _network_of(row: ImportRow, account: StoredAccount | None) -> str:
    """What the file says, or else what is stored, or else where accounts live by default."""
    return row.network or (account.network if account else csv_rows.default_network(None))


def _judge_one(
    row: ImportRow, account: StoredAccount | None, owners: Mapping[tuple[str, str], str]
) -> RowVerdict:
    network = _network_of(row, account)
    if account is not None and network != account.network:
        reason = f"differs: the stored account of this number is on {account.network}"
        return _error(row, [RowProblem("network", reason, "use another account number")])
    owner = owners.get((network, row.login_key))
    if owner is not None and owner != row.account_no:
        reason = f"belongs to {owner} on {network} already"
        return _error(row, [RowProblem("login", reason, f"use {owner} as account_no")])
    if account is None:
        outcome = RowOutcome.create
    elif account.import_digest == row.digest and account.lifecycle is not Lifecycle.retired:
        outcome = RowOutcome.unchanged
    else:
        outcome = RowOutcome.update
    return RowVerdict(row.line, outcome, row.account_no, row.login)


def _error(row: ImportRow, problems: list[RowProblem]) -> RowVerdict:
    return RowVerdict(row.line, RowOutcome.error, row.account_no, row.login, tuple(problems))
