"""
What Retinue asks of a social network, whoever it is.

A `Network` opens a `Line` for one account. A line is used by one thread. Reads
may be repeated; an effect (`like`, `follow`, `comment`, `view`) is called at
most once per attempt, and raises `DriverError` with the phase it had reached.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Generic, Protocol, TypeVar

from retinue.drivers.errors import CallPhase, DriverError

Item = TypeVar("Item")

PhaseHook = Callable[[CallPhase], None]
"""Told `sent` after a request's last byte has left and `answered` after the answer was read."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What opens an account. Nothing of it is shown by `repr`."""

    login: str
    password: str | None = field(default=None, repr=False)
    auth_token: str | None = field(default=None, repr=False)
    ct0: str | None = field(default=None, repr=False)
    totp_secret: str | None = field(default=None, repr=False)
    doorkeeper: Doorkeeper | None = field(default=None, repr=False, compare=False)
    """Asked before the password is sent, and told what came of it."""


@dataclass(frozen=True, slots=True)
class Egress:
    """The proxy through which all of an account's traffic goes. Never a fall-back to a direct line."""

    url: str
    """`http://host:port` or `socks5://host:port`, without credentials."""
    username: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    network_id: str
    handle: str


@dataclass(frozen=True, slots=True)
class Profile:
    network_id: str
    handle: str
    name: str
    bio: str
    link: str | None
    is_private: bool
    is_business: bool
    follower_count: int
    following_count: int
    post_count: int
    is_followed: bool
    """The account follows this person."""
    is_follower: bool
    """This person follows the account."""
    location: str | None = None
    joined_at: datetime | None = None


class MediaKind(StrEnum):
    photo = "photo"
    video = "video"
    carousel = "carousel"
    text = "text"
    """Words alone."""


@dataclass(frozen=True, slots=True)
class Post:
    network_id: str
    code: str
    author: Person
    caption: str
    media: MediaKind
    like_count: int
    comment_count: int
    is_liked: bool
    posted_at: datetime
    play_count: int | None = None
    """None where the network counts none: that is not 0."""
    is_reply: bool = False
    is_repost: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    network_id: str
    author: Person
    text: str
    posted_at: datetime


@dataclass(frozen=True, slots=True)
class Page(Generic[Item]):
    items: list[Item]
    next_cursor: str | None


class Door(StrEnum):
    """What opened the account."""

    cookies = "cookies"
    password = "password"  # noqa: S105 - a word, not one
    second_factor = "second_factor"
    """The password, and a code of the authenticator."""
    tokens = "tokens"
    """What the account's owner has granted an app."""


class Doorkeeper(Protocol):
    """Stands at the door that a password opens, and at no other."""

    def begin(self, password: str) -> None:
        """Just before it is sent. What is raised here keeps it from being sent, and goes to the caller."""
        ...

    def end(self, door: Door, error: DriverError | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Identity:
    """The account as the network knows it, once logged in."""

    network_id: str
    handle: str
    status: str
    door: Door = Door.password


@dataclass(frozen=True, slots=True)
class Exit:
    """Where the network sees a caller come from, and how long the way there and back took."""

    address: str | None
    """None where the network tells nobody; that the proxy leads there is known all the same."""
    milliseconds: int


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """What the account shows of itself. Pictures are known by the SHA-256 of their content."""

    name: str
    bio: str
    link: str
    location: str
    lang: str
    avatar_sha256: str | None = None
    banner_sha256: str | None = None


@dataclass(frozen=True, slots=True)
class ProfileEdit:
    """What is to change; none leaves a field as it is, an empty text clears it. Pictures are uploads' ids."""

    name: str | None = None
    bio: str | None = None
    link: str | None = None
    location: str | None = None
    lang: str | None = None
    avatar: str | None = None
    banner: str | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """The network's word that an effect has happened."""

    effect_id: str


class Line(Protocol):
    """One account's logged-in connection."""

    def log_in(self) -> Identity:
        """
        By what opens without a password where there is such a thing.

        Raises:
            DriverError: it did not open.
            Whatever the doorkeeper of the credentials raises: the password was not sent.
        """
        ...

    def profile(self, handle: str) -> Profile: ...

    def followers(self, handle: str, *, cursor: str | None = None) -> Page[Person]: ...

    def following(self, handle: str, *, cursor: str | None = None) -> Page[Person]: ...

    def posts(self, handle: str, *, cursor: str | None = None) -> Page[Post]: ...

    def hashtag_posts(self, tag: str, *, cursor: str | None = None) -> Page[Post]:
        """Newest first."""
        ...

    def post(self, post_id: str) -> Post: ...

    def comments(self, post_id: str, *, cursor: str | None = None) -> Page[Comment]: ...

    def like(self, post_id: str) -> Receipt: ...

    def follow(self, person_id: str) -> Receipt: ...

    def comment(self, post_id: str, text: str) -> Receipt: ...

    def view(self, person_id: str) -> Receipt:
        """Watch the person's current story."""
        ...

    def own_profile(self) -> OwnProfile: ...

    def upload(self, content: bytes, media_type: str) -> str:
        """The id of what was uploaded; nobody sees it before it is used."""
        ...

    def edit_profile(self, edit: ProfileEdit) -> Receipt: ...

    def close(self) -> None: ...


class Network(Protocol):
    """A network's adapter. `open` reaches nothing; the first call does."""

    def open(
        self,
        credentials: Credentials,
        *,
        egress: Egress | None = None,
        user_agent: str | None = None,
        on_phase: PhaseHook | None = None,
    ) -> Line: ...

    def find_exit(self, egress: Egress) -> Exit:
        """
        Go out through a proxy, without any account, and ask where that leads out.

        Raises:
            ProxyFailed: it does not let us out.
            DriverError: it does, and the network does not answer.
        """
        ...
