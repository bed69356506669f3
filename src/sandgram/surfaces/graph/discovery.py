"""`business_discovery`: the public numbers of a professional account that is not one's own."""

from typing import Any

from sandgram.surfaces.graph import errors
from sandgram.surfaces.graph.asking import (
    Question,
    chosen,
    limit_of,
    person_fields,
    post_fields,
)
from sandgram.surfaces.graph.fields import Field
from sandgram.world import feeds, views
from sandgram.world.people import ACCOUNTS_FROM

Json = dict[str, Any]

_PERSON = frozenset(
    ("id", "ig_id", "username", "name", "biography", "website", "followers_count", "follows_count",
     "media_count", "profile_picture_url", "media")
)  # fmt: skip
_POST = frozenset(
    ("id", "caption", "permalink", "timestamp", "media_type", "media_product_type", "like_count",
     "comments_count", "view_count", "media_url", "username")
)  # fmt: skip


def discover(question: Question, field: Field) -> Json:
    """
    Raises:
        GraphError: nobody has the handle, or they are not professional (private ones never are).
    """
    name = field.arguments.get("username", "")
    if not name:
        raise errors.bad_parameter("business_discovery", "wants .username(a handle)")
    world = question.world
    index = world.index_by_handle(name)
    person = None if index is None else world.person(index)
    if person is None or person.is_suspended or person.is_private:
        raise errors.no_such_target(name)
    if not person.is_business and person.index < ACCOUNTS_FROM:
        raise errors.no_such_target(name)
    known = {key: value for key, value in person_fields(question, person).items() if key in _PERSON}
    for one in field.fields:
        if one.name == "media":
            known["media"] = _media(question, person.index, one)
    return chosen(known, field.fields or (Field("id"),))


def _media(question: Question, index: int, field: Field) -> Json:
    world = question.world
    after = field.arguments.get("after")
    if after == "end":
        return {"data": []}
    page = feeds.posts_of(
        world, question.caller, index, cursor=after, limit=limit_of(field.arguments, 25)
    )
    items = []
    for one in page.items:
        post = views.find_post(world, question.caller, one["id"])
        known = {k: v for k, v in post_fields(question, post).items() if k in _POST}
        if views.hides_likes(world, index):
            known["like_count"] = None
        items.append(chosen(known, field.fields or (Field("id"),)))
    after_this = page.next_cursor or "end"
    return {"data": items, "paging": {"cursors": {"before": after or "0", "after": after_this}}}
