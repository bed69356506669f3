"""What an import of accounts takes, keeps and answers."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from pydantic import BaseModel, Field

from retinue.capabilities.accounts.models import AccountKind, ImportState, Lifecycle, RowOutcome
from retinue.capabilities.proxies.schemas import Address
from retinue.kit.packed import Packed


@dataclass(frozen=True, slots=True)
class StoredAccount:
    """What an import has to know of an account that exists already."""

    id: int
    uid: str
    account_no: str
    network: str
    login_key: str
    lifecycle: Lifecycle
    import_digest: str | None
    revision: int


class ImportMode(StrEnum):
    all_or_nothing = "all_or_nothing"
    valid_rows = "valid_rows"


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in, and what is to be done with it."""

    content: bytes = field(repr=False)
    mode: ImportMode
    is_dry_run: bool
    actor: str


@dataclass(slots=True)
class ImportRow:
    """One checked row. What the file does not say is None."""

    line: int
    account_no: str
    login: str
    network: str | None
    email: str
    kind: AccountKind | None
    persona: str | None
    labels: tuple[str, ...] | None
    timezone: str | None
    user_agent: str | None
    secrets: dict[str, str] = field(repr=False)
    """By the names of `SECRET_FIELDS`."""
    proxy: Address | None
    proxy_password: str | None = field(repr=False)
    login_key: str
    """The login case-folded."""
    digest: str = ""

    def __reduce__(self) -> tuple[type[ImportRow], tuple[Any, ...]]:
        # A file of them is packed once and unpacked twice; by name for each member that takes thrice as long.
        return ImportRow, _members(self)


_members = attrgetter(*(member.name for member in fields(ImportRow)))


@dataclass(frozen=True, slots=True)
class RowProblem:
    """`column` is None where the row as a whole is wrong. Never the value."""

    column: str | None
    reason: str | None
    fix: str | None


@dataclass(frozen=True, slots=True)
class RowVerdict:
    """What becomes of one row. The names are left out where they cannot be trusted to be names."""

    line: int
    outcome: RowOutcome
    account_no: str | None
    login: str | None
    problems: tuple[RowProblem, ...] = ()


@dataclass(slots=True)
class CheckedFile:
    """A file after every row has been looked at: the good rows, and a verdict for each bad one."""

    rows: Packed[ImportRow]
    errors: list[RowVerdict]
    ignored_columns: list[str]

    @property
    def total(self) -> int:
        return len(self.rows) + len(self.errors)


class ImportRowRead(BaseModel):
    line: int
    outcome: RowOutcome
    account_no: str | None
    login: str | None
    column: str | None = None
    reason: str | None = None
    fix: str | None = None


class ImportReport(BaseModel):
    """`rows` holds the errors, and in a small dry run every row; larger ones are read page by page."""

    import_id: str | None
    state: ImportState
    mode: ImportMode
    dry_run: bool
    progress: int = Field(ge=0, le=100, description="Percent.")
    counts: dict[str, int] = Field(description="rows, create, update, unchanged, error, revived.")
    ignored_columns: list[str]
    error: str | None = None
    rows: list[ImportRowRead] | None = None
    created_at: datetime | None = None
    finished_at: datetime | None = None
