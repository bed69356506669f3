"""The shapes of X's API v2, as far as Retinue reads them. Both of its vocabularies are understood."""

from __future__ import annotations

import html
from datetime import datetime
from typing import Any, Generic, TypeVar

from pydantic import AliasChoices, BaseModel, ConfigDict, Field

from retinue.drivers.network.protocol import (
    Comment,
    MediaKind,
    OwnProfile,
    Person,
    Post,
    Profile,
)

Item = TypeVar("Item")

USER_FIELDS = (
    "connection_status,created_at,description,entities,location,protected,public_metrics,url"
)
POST_FIELDS = "attachments,author_id,conversation_id,created_at,public_metrics,referenced_tweets"


class Wire(BaseModel):
    # Strict: a count that arrives as text is a changed network, not a number.
    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)


class UserWire(Wire):
    id: str
    username: str

    def read(self) -> Person:
        return Person(network_id=self.id, handle=self.username)


class UserMetrics(Wire):
    followers_count: int
    following_count: int
    posts: int = Field(validation_alias=AliasChoices("tweet_count", "post_count"))


class ExpandedUrl(Wire):
    expanded_url: str = ""


class Urls(Wire):
    urls: list[ExpandedUrl] = []


class UserEntities(Wire):
    url: Urls = Urls()


class ProfileWire(UserWire):
    name: str
    description: str = ""
    location: str = ""
    url: str = ""
    entities: UserEntities = UserEntities()
    protected: bool = False
    created_at: datetime | None = None
    public_metrics: UserMetrics
    connection_status: list[str] = []

    @property
    def link(self) -> str:
        """X shows a short address of its own; where it leads stands beside it."""
        found = self.entities.url.urls
        return (found[0].expanded_url if found else "") or self.url

    def read_profile(self) -> Profile:
        return Profile(
            network_id=self.id,
            handle=self.username,
            name=self.name,
            bio=self.description,
            link=self.link or None,
            is_private=self.protected,
            # X has no such thing; what it sells under that name is another.
            is_business=False,
            follower_count=self.public_metrics.followers_count,
            following_count=self.public_metrics.following_count,
            post_count=self.public_metrics.posts,
            is_followed="following" in self.connection_status,
            is_follower="followed_by" in self.connection_status,
            location=self.location or None,
            joined_at=self.created_at,
        )

    def read_own(self) -> OwnProfile:
        """X keeps a copy of each picture, so that its content says nothing; and no language."""
        return OwnProfile(
            name=self.name,
            bio=self.description,
            link=self.link,
            location=self.location,
            lang="",
        )


class PostMetrics(Wire):
    like_count: int
    reply_count: int


class Reference(Wire):
    type: str
    id: str


class Attachments(Wire):
    media_keys: list[str] = []


class PostWire(Wire):
    id: str
    text: str
    author_id: str
    created_at: datetime
    public_metrics: PostMetrics | None = None
    attachments: Attachments = Attachments()
    references: list[Reference] = Field(
        default=[], validation_alias=AliasChoices("referenced_tweets", "referenced_posts")
    )

    def read(self, authors: dict[str, str], kinds: dict[str, str], *, is_liked: bool) -> Post:
        metrics = self.public_metrics
        kinds_here = [kinds.get(key, "photo") for key in self.attachments.media_keys]
        referred = {one.type for one in self.references}
        return Post(
            network_id=self.id,
            code=self.id,
            author=Person(self.author_id, authors.get(self.author_id, "")),
            caption=html.unescape(self.text),
            media=_media(kinds_here),
            like_count=metrics.like_count if metrics else 0,
            comment_count=metrics.reply_count if metrics else 0,
            is_liked=is_liked,
            posted_at=self.created_at,
            is_reply="replied_to" in referred,
            is_repost=bool(referred & {"retweeted", "reposted"}),
        )

    def read_reply(self, authors: dict[str, str]) -> Comment:
        return Comment(
            network_id=self.id,
            author=Person(self.author_id, authors.get(self.author_id, "")),
            text=html.unescape(self.text),
            posted_at=self.created_at,
        )


class MediaWire(Wire):
    media_key: str
    type: str


class Includes(Wire):
    users: list[UserWire] = []
    media: list[MediaWire] = []

    def handles(self) -> dict[str, str]:
        return {one.id: one.username for one in self.users}

    def kinds(self) -> dict[str, str]:
        return {one.media_key: one.type for one in self.media}


class Meta(Wire):
    result_count: int
    next_token: str | None = None


class PageWire(Wire, Generic[Item]):
    """Without `data` where nothing is."""

    data: list[Item] = []
    meta: Meta
    includes: Includes = Includes()
    errors: list[Any] = []


class One(Wire, Generic[Item]):
    data: Item | None = None
    includes: Includes = Includes()
    errors: list[Any] = []


class Followed(Wire):
    following: bool
    pending_follow: bool = False


class Liked(Wire):
    liked: bool


class Created(Wire):
    id: str


class Uploaded(Wire):
    id: str


class Anything(Wire):
    id: str = ""


class TokensWire(Wire):
    access_token: str = Field(min_length=1, repr=False)
    refresh_token: str | None = Field(default=None, repr=False)
    expires_in: int = Field(ge=1, le=31_536_000)
    scope: str = ""


class TokenError(Wire):
    error: str
    error_description: str = ""


def _media(kinds: list[str]) -> MediaKind:
    if not kinds:
        return MediaKind.text
    if len(kinds) > 1:
        return MediaKind.carousel
    return MediaKind.photo if kinds[0] == "photo" else MediaKind.video
