from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.accounts.models import (
    Account,
    AccountKind,
    Health,
    ImportState,
    Lifecycle,
    RowOutcome,
    ValidationStatus,
)
from retinue.capabilities.proxies.schemas import Address

NETWORKS = ("sandgram", "instagram", "x")
NetworkName = Literal["sandgram", "instagram", "x"]


@dataclass(frozen=True, slots=True)
class Denial:
    """Why an account may not work now, how to mend it, and until when where that is known."""

    code: str
    message: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class OpenCredentials:
    """What opens an account, in the clear. Nothing of it is shown by `repr`."""

    password: str | None = field(default=None, repr=False)
    email_password: str | None = field(default=None, repr=False)
    auth_token: str | None = field(default=None, repr=False)
    ct0: str | None = field(default=None, repr=False)
    totp_secret: str | None = field(default=None, repr=False)
    backup_codes: tuple[str, ...] = field(default=(), repr=False)
    cookies: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class AccountCreate:
    """`account_no` is the login unless given. Names are checked by the service."""

    login: str
    network: str = "sandgram"
    account_no: str | None = None
    email: str | None = None
    kind: AccountKind = AccountKind.normal
    persona: str | None = None
    timezone: str = "UTC"
    labels: tuple[str, ...] = ()
    user_agent: str | None = None
    is_test: bool = False
    credentials: OpenCredentials = field(default_factory=OpenCredentials, repr=False)


class AccountChange(BaseModel):
    """Only what is sent changes. `lifecycle`, `health` and `paused` need a `reason`."""

    model_config = ConfigDict(extra="forbid")

    lifecycle: Lifecycle | None = None
    health: Literal["unknown"] | None = Field(
        default=None,
        description="`unknown` forgets what was found out about the account, so that it may be tried again.",
    )
    paused: bool | None = None
    reason: str | None = Field(default=None, min_length=1, max_length=500)
    email: str | None = Field(default=None, max_length=254)
    kind: AccountKind | None = None
    labels: list[str] | None = Field(default=None, max_length=50)
    timezone: str | None = Field(default=None, max_length=64, description="An IANA name.")
    persona: str | None = Field(default=None, max_length=100, description="By name; null unbinds.")
    proxy: int | None = Field(
        default=None, ge=1, lt=2**63, description="The proxy's id; null unbinds."
    )
    user_agent: str | None = Field(default=None, max_length=500)


class PersonaBrief(BaseModel):
    id: int
    name: str


class AccountRead(BaseModel):
    id: int
    account_no: str
    network: str
    login: str
    email: str | None
    kind: AccountKind
    lifecycle: Lifecycle
    health: Health
    health_evidence: dict[str, Any] | None
    validation_status: ValidationStatus
    last_validated_at: datetime | None
    paused: bool
    paused_at: datetime | None
    pause_reason: str | None
    persona: PersonaBrief | None
    proxy_id: int | None
    timezone: str
    labels: list[str]
    user_agent: str | None
    network_user_id: str | None
    authorised_by: str
    authorised_at: datetime
    revision: int
    created_at: datetime
    updated_at: datetime

    @classmethod
    def of(cls, account: Account, *, persona: PersonaBrief | None) -> AccountRead:
        columns = {name: getattr(account, name) for name in _PLAIN}
        return cls(**columns, paused=account.paused_at is not None, persona=persona)


_PLAIN = tuple(name for name in AccountRead.model_fields if name not in {"paused", "persona"})


class SortBy(StrEnum):
    account_no = "account_no"
    login = "login"
    last_validation = "last_validation"
    created_at = "created_at"


class SortOrder(StrEnum):
    asc = "asc"
    desc = "desc"


@dataclass(frozen=True, slots=True)
class AccountFilter:
    """Which accounts a list shows. Retired ones only where `lifecycle` asks for them."""

    search: str | None = None
    statuses: tuple[ValidationStatus, ...] = ()
    kind: AccountKind | None = None
    healths: tuple[Health, ...] = ()
    lifecycles: tuple[Lifecycle, ...] = ()
    persona: str | None = None
    only_ids: frozenset[int] | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """Where a page ended: the sort value and the id of its last row."""

    value: str | datetime | None
    id: int


@dataclass(frozen=True, slots=True)
class AccountPage:
    accounts: list[Account]
    next: Position | None
    total: int


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

    rows: list[ImportRow]
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
