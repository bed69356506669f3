from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from retinue.capabilities.access.models import Operator, Role
from retinue.foundation.http.principals import Scope
from retinue.foundation.http.schemas import Body, Moment

Username = Annotated[
    str,
    Field(
        min_length=1,
        max_length=64,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9._@-]*$",
        description="Letters, digits and . _ @ -, beginning with a letter or digit; case does not matter.",
        examples=["anna"],
    ),
]
NewPassword = Annotated[
    SecretStr,
    Field(
        max_length=256,
        description="At least 12 characters, and not one of the easily guessed ones.",
    ),
]
GivenPassword = Annotated[SecretStr, Field(max_length=1024)]
TotpCode = Annotated[str, Field(pattern=r"^\d{6}$", description="The six digits shown now.")]


class Setup(Body):
    code: Annotated[str, Field(min_length=1, max_length=200, description="From the set-up URL.")]
    username: Username
    password: NewPassword


class LoginRequest(Body):
    username: Annotated[str, Field(min_length=1, max_length=200)]
    password: GivenPassword
    totp: Annotated[str, Field(max_length=20)] | None = None


class PasswordChange(Body):
    current: GivenPassword
    new: NewPassword


class OperatorCreate(Body):
    username: Username
    password: NewPassword
    role: Role = Role.operator


class OperatorUpdate(Body):
    """`totp_secret` (base32) switches the second factor on, proved by `totp_code`; null switches it off."""

    role: Role | None = None
    disabled: bool | None = None
    password: NewPassword | None = None
    totp_secret: SecretStr | None = None
    totp_code: TotpCode | None = None


class OperatorRead(BaseModel):
    id: int
    username: str
    role: Role
    disabled_at: datetime | None
    has_second_factor: bool
    created_at: datetime
    last_seen_at: datetime | None

    @classmethod
    def of(cls, operator: Operator) -> OperatorRead:
        return cls(
            id=operator.id,
            username=operator.username,
            role=operator.role,
            disabled_at=operator.disabled_at,
            has_second_factor=operator.totp_sealed is not None,
            created_at=operator.created_at,
            last_seen_at=operator.last_seen_at,
        )


class TokenCreate(Body):
    name: Annotated[
        str, Field(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$", examples=["ci"])
    ]
    role: Role
    scopes: Annotated[list[Scope], Field(min_length=1, max_length=len(Scope))] | None = None
    """A narrowing of the role's scopes; all of them unless given."""
    expires_at: Moment | None = None
    account_ids: (
        Annotated[list[Annotated[int, Field(ge=1, lt=2**63)]], Field(max_length=10_000)] | None
    ) = None
    """The only accounts that the token may touch; no restriction unless given."""


class TokenRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    prefix: str
    role: Role
    scopes: list[str] | None
    account_ids: list[int] | None
    created_by: str
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    last_used_at: datetime | None


class TokenIssued(TokenRead):
    token: str
    """Shown this once; only its hash is kept."""


class Me(BaseModel):
    kind: str
    name: str
    role: str
    scopes: list[Scope]
    account_ids: list[int] | None
    csrf_token: str | None = None
    """To be sent as `X-CSRF-Token` with every change; null where the caller has no cookie."""
    demo: bool


@dataclass(frozen=True, slots=True)
class Origin:
    """Who performs an act on operators and tokens, and from where."""

    actor: str
    address: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class LoginAttempt:
    """Counted as failed until it is proved right. What it is checked against is never shown."""

    failure_id: int
    operator_id: int | None
    username: str
    password_hash: str | None = field(repr=False)
    totp_sealed: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class OpenedLogin:
    cookie: str = field(repr=False)
    csrf_token: str = field(repr=False)
    lasts_seconds: int


@dataclass(frozen=True, slots=True)
class IssuedToken:
    id: str
    token: str = field(repr=False)
