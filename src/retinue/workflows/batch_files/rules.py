"""The CSV forms: which columns, and what a row becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from retinue.capabilities.tasks.models import TaskType
from retinue.capabilities.tasks.schemas import BatchItem
from retinue.kit import csv_table
from retinue.kit.csv_table import BadTable, Limits, Row, Table
from retinue.workflows.batch_files.errors import NoForm
from retinue.workflows.batch_files.schemas import MOST_ROWS, RowError
from retinue.workflows.profile_update.schemas import FIELDS

Cells = Mapping[str, str]

_YES = frozenset({"true", "yes", "1"})
_NO = frozenset({"false", "no", "0"})


class CellError(Exception):
    def __init__(self, column: str, reason: str, fix: str) -> None:
        super().__init__(reason)
        self.column, self.reason, self.fix = column, reason, fix


@dataclass(frozen=True, slots=True)
class Form:
    """`key` is the column that every row needs, and that no two rows share."""

    key: str
    columns: tuple[str, ...]
    item: Callable[[Cells], BatchItem]


@dataclass(frozen=True, slots=True)
class ReadRow:
    line: int
    item: BatchItem


@dataclass(frozen=True, slots=True)
class ReadFile:
    rows: list[ReadRow]
    errors: list[RowError]
    ignored_columns: list[str]
    count: int


def form_of(type: TaskType) -> Form:  # noqa: A002 - the word of the contract
    """
    Raises:
        NoForm: names the types that have one.
    """
    form = FORMS.get(type)
    if form is None:
        known = ", ".join(sorted(FORMS))
        raise NoForm(f"type: {type.value} has no CSV form; these have one: {known}.")
    return form


def read(content: bytes, form: Form) -> ReadFile:
    """Every row becomes a task or an error. Never raises, whatever the bytes."""
    errors: list[RowError] = []
    rows: list[ReadRow] = []
    try:
        table = csv_table.open_table(
            content, known=frozenset(form.columns), limits=Limits(rows=MOST_ROWS)
        )
        if form.key not in table.columns:
            reason = f"the header has no column {form.key}"
            fix = f"begin the file with the line {','.join(form.columns)}"
            return ReadFile([], [RowError(line=1, column=form.key, reason=reason, fix=fix)], [], 0)
        for one in _rows(table, form):
            if isinstance(one, RowError):
                errors.append(one)
            else:
                rows.append(one)
    except BadTable as bad:
        errors.append(
            RowError(line=1, column=None, reason=str(bad), fix="mend the file as a whole")
        )
        return ReadFile([], errors, [], 0)
    if not rows and not errors:
        fix = "write one row for each task below the header"
        errors.append(RowError(line=2, column=None, reason="the file has no rows", fix=fix))
    known = frozenset(form.columns)
    ignored = [name for name in table.columns if name and name not in known]
    return ReadFile(rows, errors, ignored, len(rows) + len(errors))


def _rows(table: Table, form: Form) -> Iterator[ReadRow | RowError]:
    met: dict[str, int] = {}
    for row in table.rows():
        if row.fault is not None:
            yield RowError(line=row.line, column=None, reason=row.fault, fix="mend the row")
            continue
        if not any(cell.strip() for cell in row.cells):
            continue
        yield _row(table, row, form, met)


def _row(table: Table, row: Row, form: Form, met: dict[str, int]) -> ReadRow | RowError:
    cells = {
        name: csv_table.restore(cell.strip())
        for name, cell in zip(table.columns, row.cells, strict=True)
        if name in form.columns
    }
    key = cells.get(form.key, "")
    try:
        if not key:
            raise CellError(form.key, "it is empty", f"write the {form.key}, or delete the line")
        if "\x00" in "".join(cells.values()):
            raise CellError(form.key, "the row holds a NUL character", "write the row anew")
        first = met.setdefault(key.casefold(), row.line)
        if first != row.line:
            raise CellError(form.key, f"it stands on line {first} already", "delete one of the two")
        return ReadRow(row.line, form.item(cells))
    except CellError as error:
        return RowError(line=row.line, column=error.column, reason=error.reason, fix=error.fix)
    except ValueError:
        reason = "it is longer than 100 characters, or not printable"
        return RowError(line=row.line, column=form.key, reason=reason, fix="write the name anew")


def _username(cells: Cells) -> str:
    name = cells["username"]
    if name.startswith("@"):
        raise CellError("username", "it begins with @", f"write {name[1:101] or 'the name'}")
    if any(one.isspace() or one in "@/" or not one.isprintable() for one in name):
        fix = "write one user name, without spaces"
        raise CellError("username", "it is no user name", fix)
    if len(name) > 100:
        raise CellError("username", "it is longer than 100 characters", "write the user name")
    return name


def _follow(cells: Cells) -> BatchItem:
    return BatchItem(params={"username": _username(cells)})


def _profile(cells: Cells) -> BatchItem:
    params: dict[str, object] = {"username": _username(cells)}
    if cells.get("fields"):
        params["fields"] = cells["fields"].replace(";", " ").split()
    return BatchItem(worker_account=cells.get("worker_account") or None, params=params)


def _posts(cells: Cells) -> BatchItem:
    params: dict[str, object] = {"username": _username(cells)}
    if text := cells.get("max_items"):
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise CellError("max_items", "it is no number", "write a number from 1 to 100")
        params["max_items"] = int(text)
    for name in ("include_replies", "include_retweets"):
        if text := cells.get(name, "").casefold():
            if text not in _YES | _NO:
                raise CellError(name, "it is neither true nor false", "write true or false")
            params[name] = text in _YES
    return BatchItem(worker_account=cells.get("worker_account") or None, params=params)


def _update(cells: Cells) -> BatchItem:
    # An empty cell leaves a field as it is: a sheet with a few filled in is what people send.
    fields = {name: cells[name] for name in FIELDS if cells.get(name)}
    if not fields:
        fix = f"fill in one of {', '.join(FIELDS)}, or delete the line"
        raise CellError("account_no", "the row changes nothing", fix)
    return BatchItem(account=cells["account_no"], params={"fields": fields})


def _validate(cells: Cells) -> BatchItem:
    return BatchItem(account=cells["account_no"])


FORMS: Mapping[TaskType, Form] = {
    TaskType.update_profile: Form("account_no", ("account_no", *FIELDS), _update),
    TaskType.follow: Form("username", ("username",), _follow),
    TaskType.lookup_profile: Form("username", ("username", "fields", "worker_account"), _profile),
    TaskType.lookup_posts: Form(
        "username",
        ("username", "max_items", "include_replies", "include_retweets", "worker_account"),
        _posts,
    ),
    TaskType.validate_account: Form("account_no", ("account_no",), _validate),
}
