from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, SecretStr

from retinue.capabilities.accounts.schemas import NetworkName
from retinue.foundation.http import Body
from retinue.foundation.wording import ONE_LINE
from retinue.workflows.connecting.models import GrantState, Tier

BASE_URL = r"^https?://(\[[0-9A-Fa-f:]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?(/[A-Za-z0-9._~-]+)*/?$"


class Level(StrEnum):
    """How far a network lets software do something in an account's name."""

    official = "official"
    """Its official interface takes it."""
    restricted = "restricted"
    """The interface takes it under conditions, which the reason names."""
    assisted = "assisted"
    """No interface: Retinue prepares it, a person does it by hand and confirms it with evidence."""
    none = "none"
    """There is no such thing there, or nobody may have it done."""


class Ability(StrEnum):
    """What an account may want to do, in the order in which tables show it."""

    look_up_profile = "look_up_profile"
    look_up_posts = "look_up_posts"
    list_followers = "list_followers"
    own_figures = "own_figures"
    follow = "follow"
    like = "like"
    comment = "comment"
    reply_to_own = "reply_to_own"
    view_story = "view_story"
    publish_post = "publish_post"
    publish_story = "publish_story"
    highlight = "highlight"
    delete_post = "delete_post"
    profile_texts = "profile_texts"
    profile_picture = "profile_picture"
    profile_banner = "profile_banner"
    sessions = "sessions"


class CapabilityRead(Body):
    name: Ability
    title: str
    level: Level
    reason: str = Field(description="Why it is so, in one sentence.")
    limit: str | None = Field(description="The network's own limit, where it names one.")
    performed: bool = Field(
        description="Whether Retinue does it once the network is connected, be it as an assisted task."
    )


class ConnectionState(StrEnum):
    connected = "connected"
    disconnected = "disconnected"
    not_connectable = "not_connectable"
    """This version has no adapter for it."""


class AccountsThere(Body):
    total: int
    authorised: int
    needs_person: int = Field(description="A person must authorise these anew.")


class NetworkRead(Body):
    name: NetworkName
    title: str
    state: ConnectionState
    is_live: bool = Field(description="Whether it leads out of this machine.")
    base_url: str | None
    tier: Tier | None
    client_id: str | None
    has_client_secret: bool
    takes_tokens: bool = Field(description="Whether its accounts are opened by OAuth tokens.")
    problem: str | None = Field(description="What keeps it from being used, and how to mend it.")
    reason: str | None
    changed_by: str | None
    changed_at: datetime | None
    accounts: AccountsThere
    capabilities: list[CapabilityRead]


_Reason = Annotated[str, Field(min_length=1, max_length=500, pattern=ONE_LINE)]


class ConnectWanted(Body):
    """What is left out stays as it was at the last connection."""

    reason: _Reason
    base_url: str | None = Field(
        default=None,
        max_length=300,
        pattern=BASE_URL,
        description="Where its interface is; first `/x` of Sandgram where there is one, else https://api.x.com.",
        examples=["http://127.0.0.1:8900/x"],
    )
    tier: Tier | None = Field(default=None, description="`self_serve` unless given once.")
    client_id: str | None = Field(
        default=None, min_length=1, max_length=200, pattern=r"^[\x21-\x7e]+$"
    )
    client_secret: SecretStr | None = Field(
        default=None,
        min_length=1,
        max_length=500,
        description="Kept sealed, never shown; an app without one leaves it out.",
    )


class DisconnectWanted(Body):
    reason: _Reason


class TokensWanted(Body):
    """Tokens that the account's owner has granted the app. Both are kept sealed and never shown."""

    access_token: SecretStr | None = Field(default=None, min_length=1, max_length=4000)
    refresh_token: SecretStr | None = Field(default=None, min_length=1, max_length=4000)
    expires_in: int | None = Field(
        default=None,
        ge=1,
        le=31_536_000,
        description="Seconds that the access token is good for; 7200 unless given.",
    )
    scope: str = Field(default="", max_length=500, pattern=ONE_LINE)


class InvitationRead(Body):
    """Where the account's owner lets the app in, and where that leads back to."""

    account_no: str
    login: str
    url: str
    redirect_uri: str = Field(description="Must be among those of the app, letter by letter.")
    expires_at: datetime


class ConsentAnswer(Body):
    """What the browser was led back with: the whole address, or the code and the state out of it."""

    address: SecretStr | None = Field(default=None, min_length=1, max_length=4000)
    code: SecretStr | None = Field(default=None, min_length=1, max_length=2000)
    state: str | None = Field(default=None, min_length=1, max_length=1000)


class GrantRead(Body):
    """What is known of an account's authorisation; nothing of the tokens themselves."""

    account_id: int
    account_no: str
    login: str
    state: GrantState
    has_access_token: bool
    has_refresh_token: bool
    expires_at: datetime | None
    scope: str
    trouble: str | None
    granted_by: str
    granted_at: datetime
    renewed_at: datetime | None


BY_TOKENS = frozenset({"x"})
"""Networks whose accounts are opened by tokens: no password of ours is ever sent there, nor a browser."""


@dataclass(frozen=True, slots=True)
class XConnection:
    """X as it is connected now. `repr` shows no secret."""

    base_url: str
    tier: Tier
    client_id: str
    client_secret: str | None = field(repr=False)
