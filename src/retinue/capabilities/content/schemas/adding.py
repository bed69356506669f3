"""What comes into a pool."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from retinue.capabilities.content.models import ContentKind

LONGEST_TEXT = 2200

Category = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,39}$")]
Tags = Annotated[
    list[str],
    Field(max_length=20, description="Of 1 to 50 characters each; case makes no difference."),
]
Quality = Annotated[int, Field(ge=0, le=100)]
MaxUsage = Annotated[
    int | None, Field(ge=1, le=1_000_000, description="How often it may be used; null for no end.")
]
TextKind = Literal[ContentKind.bio, ContentKind.caption, ContentKind.title]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Details(Body):
    """What is said of an item beside what it is."""

    category: Category = Field(
        default="any",
        description="`pfp`, `post`, `story` and so on; `any` serves where those have nothing.",
    )
    title: str | None = Field(default=None, max_length=200)
    tags: Tags = []
    quality: Quality = 50
    max_usage: MaxUsage = 1


class TextCreate(Body):
    persona: int | str = Field(description="The persona's id or name.")
    kind: TextKind
    text: str = Field(min_length=1, max_length=LONGEST_TEXT)
    category: Category = "any"
    tags: Tags = []
    quality: Quality = 50
    max_usage: MaxUsage = 1


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as it is kept: decoded in a box of its own and drawn anew, without what a camera adds."""

    content: bytes = field(repr=False)
    thumbnail: bytes = field(repr=False)
    media_type: str
    width: int
    height: int
    phash: int
    """64 bits, as a signed number."""
    sha256: str
    source_sha256: str


@dataclass(frozen=True, slots=True)
class Added:
    """`is_new` is false where the persona had it already; it is then as it was."""

    id: int
    is_new: bool
    near_duplicates: tuple[int, ...] = ()
    """Other pictures of the persona that look nearly the same."""
