"""One question to the TikHub surface, and whom or what it is about."""

import re
from dataclasses import dataclass
from datetime import datetime

from sandgram.world import counts, views
from sandgram.world.numbers import PersonNumbers, PostNumbers
from sandgram.world.people import Person
from sandgram.world.posts import Post, id_of_code
from sandgram.world.world import Caller, World

NOBODY = Caller(
    number=-1, login="", index=-1, person_id="", source="", request_id=None, token=""
)  # fmt: skip
"""Who is logged in nowhere: sees what is public."""

_CODE_IN_URL = re.compile(r"(?:^|/)(?:p|reel|reels|tv)/([A-Za-z0-9_-]{5,40})")
_BARE_CODE = re.compile(r"[A-Za-z0-9_-]{5,40}")


class UpstreamFailed(Exception):
    """Told as 400: the far network gave nothing, for a reason or for none."""


class NotThere(Exception):
    """Told as 404."""


@dataclass(frozen=True, slots=True)
class Question:
    world: World
    now: datetime
    params: dict[str, str]
    origin: str

    def text(self, name: str) -> str:
        return self.params.get(name, "")

    def number(self, name: str, default: int) -> int:
        return int(self.params.get(name) or default)

    def url(self, path: str) -> str:
        return self.origin + path


@dataclass(frozen=True, slots=True)
class SeenPerson:
    person: Person
    numbers: PersonNumbers
    avatar: str


@dataclass(frozen=True, slots=True)
class SeenPost:
    post: Post
    author: Person
    numbers: PostNumbers
    hides_likes: bool
    pictures: tuple[str, ...]
    video: str | None
    avatar: str

    @property
    def likes(self) -> int | None:
        return None if self.hides_likes else self.numbers.likes


def person_index(question: Question) -> int:
    """By `username` or `user_id`, whichever was given."""
    world = question.world
    handle = question.text("username")
    index = world.index_by_handle(handle) if handle else None
    if not handle:
        index = world.people.index_of(question.text("user_id"))
    if index is None:
        raise NotThere("This user does not exist.")
    if world.person(index).is_suspended:
        raise NotThere("This user is not available.")
    return index


def person(question: Question) -> SeenPerson:
    index = person_index(question)
    found = question.world.person(index)
    return SeenPerson(
        found,
        counts.of_person(question.world, index, question.now),
        question.url(f"/media/a/{found.id}.jpg"),
    )


def code_in(text: str) -> str:
    """The shortcode of a post's URL, or the text itself where it is one already."""
    found = _CODE_IN_URL.search(text)
    if found:
        return found.group(1)
    return text if _BARE_CODE.fullmatch(text) else ""


def post_id(question: Question) -> str:
    """By whichever of a code, a URL or an id was given."""
    for name in ("code", "code_or_url", "post_url", "url", "shortcode"):
        if given := question.text(name):
            found = id_of_code(code_in(given))
            if found is None:
                raise NotThere("This post does not exist.")
            return found
    # Instagram writes an id as `post_owner` now and then.
    return (question.text("media_id") or question.text("post_id")).partition("_")[0]


def seen(question: Question, post: Post) -> SeenPost:
    world = question.world
    author = world.person(post.author)
    paths = views.media_paths(world, post)
    return SeenPost(
        post,
        author,
        counts.of_post(world, post, question.now),
        views.hides_likes(world, post.author),
        tuple(question.url(path) for path in paths),
        # There is no film behind it: its first picture stands for it.
        question.url(paths[0]) if post.kind == "video" else None,
        question.url(f"/media/a/{author.id}.jpg"),
    )


def post(question: Question) -> SeenPost:
    return seen(question, views.find_post(question.world, NOBODY, post_id(question)))
