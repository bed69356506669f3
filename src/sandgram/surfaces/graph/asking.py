"""One question to the Graph surface, and the shapes that several answers share."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sandgram.surfaces.graph import errors
from sandgram.surfaces.graph.fields import Field, parse
from sandgram.world import counts, views
from sandgram.world.people import Person
from sandgram.world.posts import Post
from sandgram.world.world import Caller, World

Json = dict[str, Any]

MOST_A_PAGE = 100
_TYPES = {"photo": "IMAGE", "video": "VIDEO", "carousel": "CAROUSEL_ALBUM"}


@dataclass(frozen=True, slots=True)
class Question:
    world: World
    caller: Caller
    now: datetime
    params: dict[str, str]
    origin: str
    path: str

    def fields(self, default: str) -> tuple[Field, ...]:
        return parse(self.params.get("fields") or default)

    def moment(self, name: str, default: datetime) -> datetime:
        """A time as Graph takes it: Unix seconds, or a date."""
        given = self.params.get(name)
        if given is None:
            return default
        try:
            if given.isascii() and given.isdigit():
                return datetime.fromtimestamp(int(given), UTC)
            found = datetime.fromisoformat(given)
        except (ValueError, OverflowError, OSError):
            raise errors.bad_parameter(name, "must be a Unix time or a date") from None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found


def limit_of(arguments: dict[str, str], default: int) -> int:
    given = arguments.get("limit", str(default))
    if not (given.isascii() and given.isdigit() and 1 <= int(given[:6]) <= MOST_A_PAGE):
        raise errors.bad_parameter("limit", f"must be a whole number from 1 to {MOST_A_PAGE}")
    return int(given)


def time_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def chosen(known: Json, wanted: tuple[Field, ...]) -> Json:
    """
    The fields that were asked for, and the id. What is empty is left out, as Meta does.

    Raises:
        GraphError: a field that there is not.
    """
    found: Json = {}
    for one in wanted:
        if one.name not in known:
            raise errors.unknown_field(one.name)
        value = known[one.name]
        if value not in (None, "", []):
            found[one.name] = value
    found.setdefault("id", known["id"])
    return {**{name: value for name, value in found.items() if name != "id"}, "id": found["id"]}


def person_fields(question: Question, person: Person) -> Json:
    world = question.world
    numbers = counts.of_person(world, person.index, question.now)
    return {
        "id": person.id,
        "ig_id": person.id,
        "user_id": person.id,
        "username": person.handle,
        "name": person.name,
        "biography": person.bio,
        "website": person.link,
        "followers_count": numbers.followers,
        "follows_count": numbers.following,
        "media_count": numbers.posts,
        "profile_picture_url": f"{question.origin}/media/a/{person.id}.jpg",
    }


def post_fields(question: Question, post: Post) -> Json:
    world = question.world
    numbers = counts.of_post(world, post, question.now)
    author = world.person(post.author)
    pictures = [f"{question.origin}{path}" for path in views.media_paths(world, post)]
    return {
        "id": post.id,
        "ig_id": post.id,
        "caption": post.caption,
        "media_type": _TYPES[post.kind],
        "media_product_type": "REELS" if post.kind == "video" else "FEED",
        "permalink": f"{question.origin}/p/{post.code}/",
        "shortcode": post.code,
        "timestamp": time_text(post.posted_at),
        "like_count": numbers.likes,
        "comments_count": numbers.comments,
        "view_count": numbers.plays,
        "media_url": pictures[0] if pictures else None,
        "thumbnail_url": pictures[0] if pictures and post.kind == "video" else None,
        "username": author.handle,
        "owner": {"id": author.id},
        "is_comment_enabled": True,
    }


def paged(question: Question, items: list[Json], *, cursor: str | None, more: str | None) -> Json:
    if not items:
        return {"data": []}
    paging: Json = {"cursors": {"before": cursor or "0", "after": more or "end"}}
    if more is not None:
        # Without the token: a URL is no place for it, and the caller has it.
        paging["next"] = f"{question.origin}/graph{question.path}?after={more}"
    return {"data": items, "paging": paging}
