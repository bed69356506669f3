"""The params and the results of look-ups."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from retinue.foundation.wording import NAME

MOST_POSTS = 100

Handle = Annotated[
    str,
    Field(
        min_length=1,
        max_length=100,
        pattern=NAME,
        description="Without @.",
    ),
]


class ProfileField(StrEnum):
    """What can be asked for; `username` and `user_id` are always there."""

    name = "name"
    bio = "bio"
    location = "location"
    website = "website"
    joined_date = "joined_date"
    is_private = "is_private"
    is_business = "is_business"
    metrics = "metrics"


# From JSON, where an enum is a text.
_Field = Annotated[ProfileField, Field(strict=False)]


class _Params(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    username: Handle


class ProfileParams(_Params):
    fields: list[_Field] = Field(
        default_factory=lambda: list(ProfileField),
        min_length=1,
        description="All of them unless given.",
    )


class PostsParams(_Params):
    max_items: int = Field(MOST_POSTS, ge=1, le=MOST_POSTS)
    include_replies: bool = False
    include_retweets: bool = False


class Metrics(BaseModel):
    """Null where the network does not say."""

    followers: int | None
    following: int | None
    posts: int | None


class ProfileFound(BaseModel):
    username: str
    user_id: str
    name: str | None = None
    bio: str | None = None
    location: str | None = None
    website: str | None = None
    joined_date: datetime | None = None
    is_private: bool | None = None
    is_business: bool | None = None
    metrics: Metrics | None = None
    looked_up_at: datetime
    looked_up_by: str = Field(description="The worker account's number.")


class PostFound(BaseModel):
    id: str
    code: str
    text: str
    time: datetime
    kind: str
    likes: int | None
    comments: int | None
    plays: int | None
    is_reply: bool
    is_repost: bool


class PostsFound(BaseModel):
    """`is_complete` says that there are no further posts of the kinds that were asked for."""

    username: str
    user_id: str | None
    count: int
    is_complete: bool
    posts: list[PostFound]
    looked_up_at: datetime
    looked_up_by: str
