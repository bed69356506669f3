"""What a fault rule may say."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

LONGEST_STALL = 120.0
"""Seconds. A stall that nobody ends would hold a connection for good."""


class FaultKind(StrEnum):
    rate_limit_text = "rate_limit_text"
    rate_limit_429 = "rate_limit_429"
    action_block = "action_block"
    private = "private"
    not_found = "not_found"
    suspended = "suspended"
    account_suspended = "account_suspended"
    account_locked = "account_locked"
    challenge = "challenge"
    session_expired = "session_expired"
    slow = "slow"
    stall_before = "stall_before"
    stall_during = "stall_during"
    stall_after = "stall_after"
    reset = "reset"
    reset_after = "reset_after"
    error_after_effect = "error_after_effect"
    server_error = "server_error"
    server_error_after = "server_error_after"
    html = "html"
    html_after = "html_after"
    truncated = "truncated"
    bad_json = "bad_json"
    upstream_failed = "upstream_failed"
    payment_required = "payment_required"
    key_refused = "key_refused"
    permission_missing = "permission_missing"
    wrong_password = "wrong_password"  # noqa: S105 - a kind of fault
    wrong_code = "wrong_code"
    email_code = "email_code"
    changed_ui = "changed_ui"
    """The site's elements and fields have other names."""


AFTER_EFFECT = frozenset(
    {
        FaultKind.stall_during,
        FaultKind.stall_after,
        FaultKind.reset_after,
        FaultKind.error_after_effect,
        FaultKind.server_error_after,
        FaultKind.html_after,
        FaultKind.truncated,
        FaultKind.bad_json,
    }
)
"""The request is carried out; only its answer is harmed."""


class FaultRule(BaseModel):
    """One fault. A filter that is left out fits everything; all of them must fit."""

    model_config = ConfigDict(extra="forbid")

    kind: FaultKind
    account: str | None = None
    """A login."""
    address: str | None = None
    """The address that the request comes from."""
    surface: str | None = None
    """`native`, `media`, `tikhub`, `graph`, `web`, `imap` or `x`."""
    action: str | None = None
    """One action (`follow`, `profile`, `login`), or `read` or `write` for all of a kind."""
    target: str | None = None
    """A person's id or handle, a post's id or code or a hashtag, as the request names it."""
    probability: Annotated[float, Field(ge=0, le=1)] = 1.0
    after: Annotated[int, Field(ge=0)] = 0
    """Let so many fitting requests pass first."""
    count: Annotated[int, Field(ge=1)] | None = None
    """Strike so often, then never again."""
    per_account: bool = False
    """Keep the counts of `after` and `count` for each account by itself."""
    until: datetime | None = None
    """On the world's clock."""
    seconds: Annotated[float, Field(ge=0, le=LONGEST_STALL)] | None = None
    """How long `slow` and the stalls last."""
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    """Instead of the kind's own status."""
    text: Annotated[str, Field(max_length=300)] | None = None
    """Instead of the kind's own message."""
    code: Annotated[int, Field(ge=-10, le=100_000)] | None = None
    """On the Graph surface: Meta's code in the place of the kind's own, with `subcode`; on X a v1.1 code."""
    subcode: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    retry_after: Annotated[int, Field(ge=0, le=86_400)] | None = None
    """Seconds for the `Retry-After` header; without it there is no header."""

    @model_validator(mode="after")
    def _only_pages_have_elements(self) -> Self:
        if self.kind is FaultKind.changed_ui:
            if self.surface not in (None, "web"):
                raise ValueError("surface: changed_ui is for the surface web alone")
            self.surface = "web"
        return self

    @model_validator(mode="after")
    def _until_has_a_zone(self) -> Self:
        if self.until is not None and self.until.tzinfo is None:
            raise ValueError("until: add a zone, such as 2026-01-31T12:00:00Z")
        return self
