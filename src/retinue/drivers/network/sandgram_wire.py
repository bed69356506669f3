"""The shapes of Sandgram's native API, as far as Retinue reads them."""

from __future__ import annotations

from datetime import datetime
from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from retinue.drivers.network.protocol import (
    Comment,
    MediaKind,
    OwnProfile,
    Person,
    Post,
    Profile,
)

Item = TypeVar("Item")


class Wire(BaseModel):
    # Strict: a count that arrives as text is a changed network, not a number.
    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)


class ErrorDetail(Wire):
    code: str
    message: str


class ErrorBody(Wire):
    error: ErrorDetail


class OpenedAccount(Wire):
    login: str
    person_id: str


class Opened(Wire):
    token: str
    account: OpenedAccount


class PersonWire(Wire):
    id: str
    handle: str

    def read(self) -> Person:
        return Person(network_id=self.id, handle=self.handle)


class Relation(Wire):
    i_follow: bool
    follows_me: bool


class ProfileWire(PersonWire):
    name: str
    bio: str
    link: str
    is_private: bool
    is_business: bool
    follower_count: int
    following_count: int
    post_count: int
    location: str
    joined_at: datetime
    relation: Relation

    def read_profile(self) -> Profile:
        return Profile(
            network_id=self.id,
            handle=self.handle,
            name=self.name,
            bio=self.bio,
            link=self.link or None,
            is_private=self.is_private,
            is_business=self.is_business,
            follower_count=self.follower_count,
            following_count=self.following_count,
            post_count=self.post_count,
            is_followed=self.relation.i_follow,
            is_follower=self.relation.follows_me,
            location=self.location or None,
            joined_at=self.joined_at,
        )


class OwnProfileWire(ProfileWire):
    lang: str
    avatar_sha256: str | None
    banner_sha256: str | None

    def read_own(self) -> OwnProfile:
        return OwnProfile(
            name=self.name,
            bio=self.bio,
            link=self.link,
            location=self.location,
            lang=self.lang,
            avatar_sha256=self.avatar_sha256,
            banner_sha256=self.banner_sha256,
        )


class Me(Wire):
    login: str
    status: str
    profile: OwnProfileWire


class Uploaded(Wire):
    media_id: str


class Address(Wire):
    address: str


class PostWire(Wire):
    id: str
    code: str
    author: PersonWire
    caption: str
    kind: MediaKind
    like_count: int
    comment_count: int
    liked_by_me: bool
    posted_at: datetime
    play_count: int | None
    reply_to: str | None
    repost_of: str | None

    def read(self) -> Post:
        return Post(
            network_id=self.id,
            code=self.code,
            author=self.author.read(),
            caption=self.caption,
            media=self.kind,
            like_count=self.like_count,
            comment_count=self.comment_count,
            is_liked=self.liked_by_me,
            posted_at=self.posted_at,
            play_count=self.play_count,
            is_reply=self.reply_to is not None,
            is_repost=self.repost_of is not None,
        )


class CommentWire(Wire):
    id: str
    author: PersonWire
    text: str
    at: datetime

    def read(self) -> Comment:
        return Comment(
            network_id=self.id, author=self.author.read(), text=self.text, posted_at=self.at
        )


class PageWire(Wire, Generic[Item]):
    items: list[Item]
    next_cursor: str | None


class Done(Wire):
    effect_id: int
