"""The caller's own account: profile, media and comments."""

from typing import Any

from sandgram.clock import from_text
from sandgram.store import deeds
from sandgram.surfaces.graph.asking import (
    Question,
    chosen,
    limit_of,
    paged,
    person_fields,
    post_fields,
    time_text,
)
from sandgram.surfaces.graph.discovery import discover
from sandgram.surfaces.graph.fields import Field
from sandgram.world import feeds, views
from sandgram.world.errors import Refusal
from sandgram.world.posts import Post

Json = dict[str, Any]

MEDIA_DEFAULT = "id"
_COMMENT_DEFAULT = "id,text,timestamp"
_POST_DIGITS = 16
_BASE_COMMENT = 1_000


def profile(question: Question) -> Json:
    wanted = question.fields("id")
    known: Json = {
        **person_fields(question, question.world.person(question.caller.index)),
        "account_type": "BUSINESS",
    }
    for one in wanted:
        if one.name == "business_discovery":
            known[one.name] = discover(question, one)
        elif one.name == "media":
            known[one.name] = media(question, one)
    return chosen(known, wanted)


def media(question: Question, field: Field | None = None) -> Json:
    arguments = field.arguments if field else question.params
    wanted = (field.fields if field else ()) or (
        question.fields(MEDIA_DEFAULT) if field is None else (Field("id"),)
    )
    after = arguments.get("after")
    if after == "end":
        return {"data": []}
    page = feeds.posts_of(
        question.world,
        question.caller,
        question.caller.index,
        cursor=after,
        limit=limit_of(arguments, 25),
    )
    found = [views.find_post(question.world, question.caller, one["id"]) for one in page.items]
    items = [chosen(post_fields(question, one), wanted) for one in found]
    return paged(question, items, cursor=after, more=page.next_cursor)


def stories(question: Question) -> Json:
    found = feeds.stories_of(question.world, question.caller, question.caller.index).items
    wanted = question.fields(MEDIA_DEFAULT)
    items = [
        chosen(
            {
                "id": one["id"],
                "caption": one.get("text"),
                "media_type": "IMAGE",
                "media_product_type": "STORY",
                "media_url": f"{question.origin}{one['media'][0]}",
                "timestamp": time_text(from_text(one["posted_at"])),
                "username": one["author"]["handle"],
            },
            wanted,
        )
        for one in found
    ]
    return paged(question, items, cursor=None, more=None)


def post_of(question: Question, media_id: str) -> Post | None:
    """One of the caller's own posts."""
    try:
        found = views.find_post(question.world, question.caller, media_id)
    except Refusal:
        return None
    return found if found.author == question.caller.index else None


def post(question: Question, found: Post) -> Json:
    return chosen(post_fields(question, found), question.fields(MEDIA_DEFAULT))


def comments(question: Question, found: Post) -> Json:
    """The newest first, fifty a page."""
    after = question.params.get("after")
    if after == "end":
        return {"data": []}
    page = feeds.comments_of(
        question.world,
        question.caller,
        found.id,
        cursor=after,
        limit=min(50, limit_of(question.params, 50)),
    )
    wanted = question.fields(_COMMENT_DEFAULT)
    items = [chosen(_comment(one), wanted) for one in page.items]
    return paged(question, items, cursor=after, more=page.next_cursor)


def comment_of(question: Question, comment_id: str) -> Json | None:
    """One comment on one of the caller's own posts."""
    post_id, number = comment_id[:_POST_DIGITS], comment_id[_POST_DIGITS:]
    found = post_of(question, post_id)
    if found is None or not (number.isascii() and number.isdigit() and len(number) < 16):
        return None
    seq = int(number) - _BASE_COMMENT
    rows = deeds.comments_of_post(question.world.db, post_id, before=seq + 1, limit=1)
    if not rows or rows[0]["seq"] != seq:
        return None
    page = feeds.comments_of(
        question.world, question.caller, post_id, cursor=f"s{seq + 1}", limit=1
    )
    return _comment(page.items[0])


def comment(question: Question, known: Json) -> Json:
    return chosen(known, question.fields(_COMMENT_DEFAULT))


def replies(question: Question) -> Json:
    """Nobody answers a comment in this world."""
    question.fields(_COMMENT_DEFAULT)
    return {"data": []}


def _comment(one: Json) -> Json:
    return {
        "id": one["id"],
        "text": one["text"],
        "timestamp": time_text(from_text(one["at"])),
        "username": one["author"]["handle"],
        "from": {"id": one["author"]["id"], "username": one["author"]["handle"]},
        "like_count": 0,
        "hidden": False,
        "media": {"id": one["post_id"]},
    }
