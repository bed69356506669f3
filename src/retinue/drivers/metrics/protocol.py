"""
What Retinue asks of a source of public numbers, whoever it is.

Reading changes nothing outside, so it may be repeated. A number that a source does not say is
`None`, never 0.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit


class SubjectKind(StrEnum):
    influencer = "influencer"
    post = "post"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person by the handle, or a post by its shortcode."""

    kind: SubjectKind
    name: str


@dataclass(frozen=True, slots=True)
class Reading:
    """
    What a source said of one subject. `user_id` is the person's, or the post's author's where it
    is known; `name` is the handle or the shortcode as the source writes it.
    """

    kind: SubjectKind
    name: str
    source: str
    read_at: datetime
    user_id: str | None = None
    post_id: str | None = None
    bio: str | None = None
    follower_count: int | None = None
    following_count: int | None = None
    post_count: int | None = None
    like_count: int | None = None
    comment_count: int | None = None
    play_count: int | None = None


class SourceName(StrEnum):
    tikhub = "tikhub"
    graph = "graph"


class TikHubVersion(StrEnum):
    v1 = "v1"
    v2 = "v2"
    v3 = "v3"


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """
    Where a source is and what opens it. `account_id` is the professional account in whose name
    Graph is asked, the token's own unless given; TikHub needs none. `version` is `v1`, `v2` or
    `v3` of TikHub, such as `v25.0` of Graph.
    """

    source: SourceName
    base_url: str
    key: str = field(repr=False)
    version: str
    account_id: str | None = None
    requests_per_second: float = 10.0
    """0 asks as fast as it can."""


class MetricsSource(Protocol):
    """One source, used within one event loop; any number of reads at the same time."""

    @property
    def name(self) -> str: ...

    async def read(self, subject: Subject) -> Reading:
        """
        Raises:
            MetricsError: no numbers, and which of its kinds says why.
        """
        ...

    def price(self, subject: Subject) -> Decimal:
        """US dollars for each call that is billed: `is_billed` of an error says whether it was."""
        ...


_TIKHUB_PRICES = {
    TikHubVersion.v1: Decimal("0.001"),
    TikHubVersion.v2: Decimal("0.002"),
    TikHubVersion.v3: Decimal("0.002"),
}
_TIKHUB_V3_POST = Decimal("0.008")


def price_of(source: SourceName, version: str, kind: SubjectKind) -> Decimal:
    """
    The list price in US dollars of a billed call, without discounts for volume.

    Raises:
        ValueError: there is no such version.
    """
    if source is SourceName.graph:
        return Decimal(0)
    if version == TikHubVersion.v3 and kind is SubjectKind.post:
        return _TIKHUB_V3_POST
    return _TIKHUB_PRICES[TikHubVersion(version)]


def problem_of_address(url: str, *, is_live: bool) -> str | None:
    """
    What keeps us from asking there; none where nothing does. Without `is_live` only this machine
    is asked; elsewhere a key travels through TLS alone.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return "is no URL"
    if parts.scheme not in {"http", "https"} or not host:
        return "is no URL; it begins with http:// or https://"
    if parts.username is not None or parts.password is not None:
        return "must not hold a user name or a password"
    if parts.query or parts.fragment:
        return "ends with its path, without ? and #"
    if is_loopback(host):
        return None
    if not is_live:
        return "leads to a live network, and none is connected; Sandgram answers on this machine"
    if parts.scheme != "https":
        return "must begin with https://, or the key could be read on its way"
    return None


def is_loopback(host: str) -> bool:
    if host.casefold() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
