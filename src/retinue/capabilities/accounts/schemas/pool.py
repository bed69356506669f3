"""What an account is to those who see, change and list it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Row

from retinue.capabilities.accounts.models import (
    Account,
    AccountKind,
    Health,
    Lifecycle,
    ValidationStatus,
)

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
    password_pending: str | None = field(default=None, repr=False)
    """Perhaps the account's password, perhaps not yet; only a log-in tells."""


@dataclass(frozen=True, slots=True)
class LogIn:
    """One log-in to be noted: by whom, through which door, and whether a person has asked for it."""

    by: str
    door: str
    is_by_person: bool
    outcome: str = "begun"


@dataclass(frozen=True, slots=True)
class LogInWish:
    """In whose name a password may be sent; `asked_at` is when a person has wished it, none where nobody has."""

    by: str
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogInBudget:
    """What is left of the log-ins that nobody has asked for; where nothing is, when one is free again."""

    left: int
    free_at: datetime | None


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What is known of an account's secrets without opening one."""

    pending_since: datetime | None = None
    cookies_at: datetime | None = None
    has_cookies: bool = False
    has_previous_cookies: bool = False
    has_password: bool = False
    has_email_password: bool = False
    has_backup_codes: bool = False
    used_backup_codes: int = 0


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


class CredentialRead(BaseModel):
    """Whether a secret is stored, never what it is."""

    name: str
    is_stored: bool
    has_previous: bool
    """The value before it is kept, in case the network still knows only that."""


class CredentialsRead(BaseModel):
    updated_at: datetime | None
    items: list[CredentialRead]


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
    def of(cls, account: Account | Row[Any], *, persona: PersonaBrief | None) -> AccountRead:
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
    is_paused: bool | None = None
    labels: tuple[str, ...] = ()
    """All of them."""
    only_ids: frozenset[int] | None = None


class FilterQuery(BaseModel):
    """
    Which accounts are meant. What may be given several times takes any of its values, a
    label all of them. Retired accounts only where `lifecycle` asks for them.
    """

    model_config = ConfigDict(extra="forbid")

    search: str | None = Field(
        default=None, max_length=254, description="Part of account_no, login or e-mail."
    )
    status: list[ValidationStatus] = Field(default=[], max_length=20)
    type: Literal["all", "normal", "worker"] = "all"
    health: list[Health] = Field(default=[], max_length=20)
    lifecycle: list[Lifecycle] = Field(default=[], max_length=20)
    persona: str | None = Field(default=None, max_length=100)
    paused: bool | None = None
    label: list[Annotated[str, Field(min_length=1, max_length=50)]] = Field(
        default=[], max_length=10, description="All of these labels."
    )

    def filter(self, only_ids: frozenset[int] | None) -> AccountFilter:
        return AccountFilter(
            search=self.search,
            statuses=tuple(self.status),
            kind=None if self.type == "all" else AccountKind(self.type),
            healths=tuple(self.health),
            lifecycles=tuple(self.lifecycle),
            persona=self.persona,
            is_paused=self.paused,
            labels=tuple(self.label),
            only_ids=only_ids,
        )


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
