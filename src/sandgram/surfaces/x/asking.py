"""One question to the X surface, and how people and posts are told."""

import hashlib
import html
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sandgram.clock import from_text
from sandgram.surfaces.x import errors
from sandgram.surfaces.x.desk import XDesk, moment_text
from sandgram.surfaces.x.errors import XError
from sandgram.world.errors import Refusal
from sandgram.world.world import Caller, World

Json = dict[str, Any]

_USER_DEFAULT = ("id", "name", "username")
_POST_DEFAULT = ("id", "text", "edit_history")


@dataclass(frozen=True, slots=True)
class Question:
    world: World
    desk: XDesk
    caller: Caller
    params: dict[str, str]
    body: Json
    origin: str
    parts: tuple[str, ...] = ()
    """What stands in the path."""
    raw: bytes = field(default=b"", repr=False)
    content_type: str = ""

    def text(self, name: str) -> str:
        """
        A text of the body.

        Raises:
            XError: it is missing, or something else.
        """
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise errors.invalid(name, f"{name} is required", value)
        return value

    def page(self, *, least: int, most: int, default: int) -> tuple[int, str | None]:
        """How many, and from where."""
        given = self.params.get("max_results", str(default))
        if not (given.isascii() and given.isdigit() and least <= int(given[:6]) <= most):
            message = f"The `max_results` query parameter value [{given[:20]}] is not between {least} and {most}"
            raise errors.invalid("max_results", message, given)
        cursor = self.params.get("pagination_token") or self.params.get("next_token")
        return int(given), cursor

    @property
    def is_vocabulary_new(self) -> bool:
        """Whoever asks for `post.fields` is answered with posts, everybody else with tweets."""
        return "post.fields" in self.params

    def fields(self, kind: str) -> frozenset[str]:
        wanted = self.params.get(f"{kind}.fields", "")
        if kind == "post" and not wanted:
            wanted = self.params.get("tweet.fields", "")
        return frozenset(one.strip() for one in wanted.split(",") if one.strip())


def user(question: Question, found: Json) -> Json:
    """`found` is a profile as the world tells it."""
    wanted = question.fields("user")
    relation = found["relation"]
    known: Json = {
        "id": found["id"],
        "name": found["name"],
        "username": found["handle"],
        "created_at": moment_text(from_text(found["joined_at"])),
        "description": found["bio"],
        "location": found["location"] or None,
        "url": _short(found["link"]),
        "entities": _entities(found["link"]),
        "profile_image_url": f"{question.origin}{found['avatar_url']}",
        "protected": found["is_private"],
        "verified": False,
        "public_metrics": {
            "followers_count": found["follower_count"],
            "following_count": found["following_count"],
            "post_count" if question.is_vocabulary_new else "tweet_count": found["post_count"],
            "listed_count": 0,
            "like_count": 0,
        },
        "connection_status": [
            name
            for name, holds in (
                ("following", relation["i_follow"]),
                ("follow_request_sent", relation["requested"]),
                ("followed_by", relation["follows_me"]),
            )
            if holds
        ]
        or ["none"],
    }
    return {
        name: value
        for name, value in known.items()
        if (name in _USER_DEFAULT or name in wanted) and value is not None
    }


def brief(question: Question, found: Json) -> Json:
    """Of somebody in a list."""
    shown = {"id": found["id"], "name": found["name"], "username": found["handle"]}
    if "protected" in question.fields("user"):
        shown["protected"] = found["is_private"]
    return shown


def post(question: Question, found: Json) -> Json:
    """`found` is a post as the world tells it."""
    word = "post" if question.is_vocabulary_new else "tweet"
    repost = "repost" if question.is_vocabulary_new else "retweet"
    referenced = []
    if found["reply_to"] is not None:
        # The world remembers who is answered, not where.
        referenced.append({"type": "replied_to", "id": str(int(found["id"]) - 1)})
    if found["repost_of"] is not None:
        referenced.append({"type": f"{repost}ed", "id": found["repost_of"]})
    known: Json = {
        "id": found["id"],
        "text": html.escape(found["caption"], quote=False),
        f"edit_history_{word}_ids": [found["id"]],
        "author_id": found["author"]["id"],
        "created_at": moment_text(from_text(found["posted_at"])),
        "public_metrics": {
            f"{repost}_count": 0,
            "reply_count": found["comment_count"],
            "like_count": found["like_count"],
            "quote_count": 0,
            "bookmark_count": 0,
            "impression_count": found["play_count"] or 0,
        },
        f"referenced_{word}s": referenced or None,
        "attachments": {"media_keys": [f"3_{found['id']}"]} if found["media"] else None,
        "conversation_id": found["id"],
    }
    return _chosen(question, known)


def comment(question: Question, found: Json) -> Json:
    """A comment of the world is a reply here."""
    word = "post" if question.is_vocabulary_new else "tweet"
    known: Json = {
        "id": found["id"],
        "text": html.escape(found["text"], quote=False),
        f"edit_history_{word}_ids": [found["id"]],
        "author_id": found["author"]["id"],
        "created_at": moment_text(from_text(found["at"])),
        f"referenced_{word}s": [{"type": "replied_to", "id": found["post_id"]}],
        "conversation_id": found["post_id"],
    }
    return _chosen(question, known)


def authors(question: Question, found: list[Json]) -> Json:
    """What stands beside posts where their authors are asked for."""
    if "author_id" not in question.params.get("expansions", "").split(","):
        return {}
    people = {
        one["author"]["id"]: {
            "id": one["author"]["id"],
            "username": one["author"]["handle"],
            "name": one["author"]["handle"],
        }
        for one in found
    }
    return {"includes": {"users": list(people.values())}} if people else {}


def listed(items: list[Json], *, more: str | None, is_of_posts: bool = False) -> Json:
    """A page. The key `data` is not there when nothing is."""
    meta: Json = {"result_count": len(items)}
    if is_of_posts and items:
        meta |= {"newest_id": items[0]["id"], "oldest_id": items[-1]["id"]}
    if more is not None:
        meta["next_token"] = more
    return {"data": items, "meta": meta} if items else {"meta": meta}


def told(refusal: Refusal, *, parameter: str, value: str, resource: str = "user") -> Json:
    """
    What the world refuses, beside an empty answer.

    Raises:
        XError: what is an answer of its own.
    """
    if refusal.code == "user_suspended":
        return {"errors": [errors.suspended(parameter, value)]}
    if refusal.status == 404:
        return {"errors": [errors.gone(resource, parameter, value)]}
    raise refused(refusal, subject=value) from refusal


def refused(refusal: Refusal, *, subject: str = "") -> XError:
    if refusal.code == "private_account":
        return errors.protected(subject)
    if refusal.status == 404:
        return errors.problem(
            404, "Not Found Error", f"Could not find [{subject[:60]}].", kind="resource-not-found"
        )
    return errors.invalid("request", refusal.message)


def now(question: Question) -> datetime:
    return question.world.now().astimezone(UTC)


def _chosen(question: Question, known: Json) -> Json:
    wanted = question.fields("post")
    default = {name for name in known if name.startswith(_POST_DEFAULT)}
    return {
        name: value
        for name, value in known.items()
        if (name in default or name in wanted) and value is not None
    }


def _short(link: str) -> str | None:
    """Addresses are shown shortened; where they lead stands in the entities."""
    return f"https://t.co/{hashlib.sha256(link.encode()).hexdigest()[:10]}" if link else None


def _entities(link: str) -> Json | None:
    if not link:
        return None
    row = {"start": 0, "end": 23, "url": _short(link), "expanded_url": link}
    return {"url": {"urls": [{**row, "display_url": link.partition("://")[2][:24]}]}}
