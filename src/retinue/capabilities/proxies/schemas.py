from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from retinue.capabilities.proxies.models import ChangeState, Policy, ProxyState

SCHEMES = ("http", "https", "socks5")


@dataclass(frozen=True, slots=True)
class Address:
    """What makes a proxy this one and no other."""

    scheme: str
    host: str
    port: int
    username: str | None = field(default=None, repr=False)

    @property
    def url(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


@dataclass(frozen=True, slots=True)
class OpenProxy:
    """A proxy ready for a driver; `url` is without credentials."""

    url: str
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


Text = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
_Label = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[^\x00-\x1f\x7f|,]+$")]
Labels = Annotated[list[_Label], Field(max_length=50)]
_Capacity = Annotated[int, Field(ge=1, le=1_000_000)]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProxyCreate(_Body):
    scheme: Literal["http", "https", "socks5"] = "http"
    host: str = Field(min_length=1, max_length=255)
    port: int = Field(ge=1, le=65535)
    username: str | None = Field(default=None, min_length=1, max_length=255)
    password: SecretStr | None = Field(default=None, min_length=1, max_length=1000)
    name: Text | None = Field(default=None, description="What people call it.")
    provider: Text | None = None
    pool: Text | None = Field(
        default=None, description="Ports of one operator that may stand in for each other."
    )
    labels: Labels = []
    max_accounts: _Capacity | None = Field(
        default=None, description="How many accounts it is good for; null for any number."
    )


class ProxyChange(_Body):
    """
    Only what is sent changes. Scheme, host, port and user name are what makes a proxy this one:
    another address is another proxy.
    """

    password: SecretStr | None = Field(default=None, max_length=1000)
    name: Text | None = None
    provider: Text | None = None
    pool: Text | None = None
    labels: Labels | None = None
    max_accounts: _Capacity | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ProxyChange:
        if not self.model_fields_set:
            raise ValueError("send at least one field to change")
        return self


@dataclass(frozen=True, slots=True)
class ProxyFilter:
    """Empty means all."""

    search: str | None = None
    pool: str | None = None
    label: str | None = None
    state: ProxyState | None = None
    scheme: str | None = None
    flapping: bool | None = None


class ProxyQuery(_Body):
    search: str | None = Field(
        default=None, min_length=1, max_length=100, description="Part of name, host or provider."
    )
    pool: str | None = Field(default=None, max_length=100)
    label: str | None = Field(default=None, max_length=50)
    state: ProxyState | None = None
    scheme: Literal["http", "https", "socks5"] | None = None
    flapping: bool | None = None

    def filter(self) -> ProxyFilter:
        return ProxyFilter(
            self.search, self.pool, self.label, self.state, self.scheme, self.flapping
        )


@dataclass(frozen=True, slots=True)
class CheckedProxy:
    """What a try has shown. `message` never holds the password."""

    ok: bool
    message: str
    exit_address: str | None = None
    milliseconds: int | None = None


class ProxyRead(BaseModel):
    """Never the password."""

    id: int
    name: str | None
    provider: str | None
    pool: str | None
    labels: list[str]
    scheme: str
    host: str
    port: int
    username: str | None
    has_password: bool
    max_accounts: int | None
    accounts: int = Field(description="How many accounts in use are bound to it.")
    state: ProxyState = Field(
        description="unchecked, up, failing (the last try failed) or down (nobody goes through it)."
    )
    is_flapping: bool = Field(description="It comes and goes: three changes within an hour.")
    checked_at: datetime | None = Field(description="When it was last tried; null for never.")
    ok: bool | None = Field(description="Whether it worked then.")
    message: str | None = Field(description="What the last check has shown.")
    milliseconds: int | None = Field(description="How long the last check that worked has taken.")
    exit_address: str | None = Field(description="Where it led out when it last worked.")
    previous_exit_address: str | None = Field(description="Where it led out before that.")
    exit_changed_at: datetime | None
    down_since: datetime | None = Field(
        description="Since when nobody goes through it; it is tried again by itself."
    )
    next_check_at: datetime | None = Field(description="When it is tried next by itself.")
    created_at: datetime


class ProxyCheckRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    at: datetime
    ok: bool
    message: str
    exit_address: str | None
    milliseconds: int | None


class ProxyPoolRead(BaseModel):
    """Ports that may stand in for each other."""

    pool: str
    policy: Policy = Field(
        description="automatic: accounts of a proxy that is down are moved to others of the pool, one by one,"
        " while nothing works with them. approval: that is proposed, and a person decides."
    )
    proxies: int
    up: int
    down: int
    accounts: int
    room: int | None = Field(
        description="How many more accounts fit on those that are not down; null for any number."
    )


class PoolChange(_Body):
    policy: Policy


class ChangePropose(_Body):
    """Accounts of one proxy that are to go out through another one."""

    to_proxy_id: int | None = Field(
        default=None,
        ge=1,
        lt=2**63,
        description="Where to; null for those of its pool that are up and have room.",
    )
    account_ids: Annotated[list[int], Field(min_length=1, max_length=10_000)] | None = Field(
        default=None, description="Only these; null for all that are bound to it."
    )
    reason: str = Field(min_length=1, max_length=500, pattern=r"^[^\x00]*$")


class ChangeDecision(_Body):
    reason: str | None = Field(default=None, min_length=1, max_length=500, pattern=r"^[^\x00]*$")


class PlannedChangeRead(BaseModel):
    """A change of the way out: proposed, then decided about, then carried out account by account."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    state: ChangeState
    from_proxy_id: int
    to_proxy_id: int | None
    account_ids: list[int] | None
    is_fail_over: bool = Field(description="Proposed by Retinue because the proxy is down.")
    reason: str
    moved: int = Field(description="Accounts that have been moved.")
    waiting: int = Field(description="Accounts that were still to be moved at the last look.")
    note: str | None = Field(description="What keeps it waiting.")
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    ended_at: datetime | None


class ProxyDetail(ProxyRead):
    """With its last checks, the newest first, and the changes that are still open."""

    checks: list[ProxyCheckRead]
    changes: list[PlannedChangeRead]
