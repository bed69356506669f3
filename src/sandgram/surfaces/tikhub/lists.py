"""Lists of posts and people. Seldom asked, so they are read as the native surface reads them."""

from collections.abc import Callable
from typing import Any

from sandgram.surfaces.tikhub.asking import (
    NOBODY,
    Question,
    person,
    person_index,
    post,
    post_id,
    seen,
)
from sandgram.surfaces.tikhub.people import brief
from sandgram.surfaces.tikhub.posts import item_1, item_2, item_3
from sandgram.world import feeds, views
from sandgram.world.posts import Post
from sandgram.world.views import Page

Json = dict[str, Any]
Lister = Callable[..., Page]

_COUNT_2 = 12
_LIKERS = 50


def posts_1(question: Question) -> Json:
    found, more = _posts(question, cursor="max_id", count="count")
    if not question.text("max_id"):
        found, more = _posts(question, cursor="end_cursor", count="count")
    return {
        "count": person(question).numbers.posts,
        "page_info": {"has_next_page": more is not None, "end_cursor": more},
        "edges": [{"node": item_1(seen(question, one))} for one in found],
    }


def posts_2(question: Question) -> Json:
    found, more = _posts(question, cursor="pagination_token")
    return _page_2(question, [item_2(question, seen(question, one)) for one in found], more)


def posts_3(question: Question) -> Json:
    found, more = _posts(question, cursor="after", count="first")
    return {
        "items": [item_3(question, seen(question, one)) for one in found],
        "num_results": len(found),
        "more_available": more is not None,
        "next_max_id": more,
        "page_info": {"has_next_page": more is not None, "end_cursor": more},
    }


def reels_1(question: Question) -> Json:
    found, more = _posts(question, cursor="max_id", count="count", only="video")
    return {
        "items": [{"media": item_2(question, seen(question, one))} for one in found],
        "paging_info": {"more_available": more is not None, "max_id": more},
    }


def reels_2(question: Question) -> Json:
    found, more = _posts(question, cursor="pagination_token", only="video")
    return _page_2(question, [item_2(question, seen(question, one)) for one in found], more)


def reels_3(question: Question) -> Json:
    found, more = _posts(question, cursor="after", count="first", only="video")
    return {
        "items": [{"media": item_3(question, seen(question, one))} for one in found],
        "page_info": {"has_next_page": more is not None, "end_cursor": more},
    }


def stories(question: Question) -> Json:
    found = feeds.stories_of(question.world, NOBODY, person_index(question)).items
    items = [{"id": one["id"], "taken_at": one["posted_at"], "expiring_at": one.get("expires_at"),
              "image_url": question.url(one["media"][0])} for one in found]  # fmt: skip
    return {"data": {"items": items, "count": len(items)}}


def highlights(question: Question) -> Json:
    found = feeds.highlights_of(question.world, NOBODY, person_index(question)).items
    items = [{"id": one["id"], "title": one["text"]} for one in found]
    return {"data": {"items": items, "count": len(items)}}


def followers_2(question: Question) -> Json:
    return _page_2(question, *_people(question, views.followers, cursor="pagination_token"))


def following_2(question: Question) -> Json:
    return _page_2(question, *_people(question, views.following, cursor="pagination_token"))


def followers_3(question: Question) -> Json:
    return _users_3(*_people(question, views.followers, cursor="max_id"))


def following_3(question: Question) -> Json:
    return _users_3(*_people(question, views.following, cursor="max_id"))


def likes_2(question: Question) -> Json:
    users, more = _likers(question, cursor="end_cursor")
    return {"data": {"items": users, "count": post(question).likes}, "end_cursor": more}


def likes_3(question: Question) -> Json:
    users, _ = _likers(question, cursor="")
    return {"users": users, "user_count": post(question).likes}


def comments_1(question: Question) -> Json:
    found, more, total = _comments(question, cursor="min_id")
    return {
        "count": total,
        "page_info": {"has_next_page": more is not None, "end_cursor": more},
        "edges": [{"node": one} for one in found],
    }


def comments_2(question: Question) -> Json:
    found, more, total = _comments(question, cursor="pagination_token")
    return {"data": {"items": found, "count": len(found), "total": total}, "pagination_token": more}


def comments_3(question: Question) -> Json:
    found, more, total = _comments(question, cursor="min_id")
    return {"comments": found, "comment_count": total, "next_min_id": more}


def _posts(
    question: Question, *, cursor: str, count: str = "", only: str | None = None
) -> tuple[list[Post], str | None]:
    world = question.world
    page = feeds.posts_of(
        world,
        NOBODY,
        person_index(question),
        cursor=question.text(cursor) or None,
        limit=question.number(count, _COUNT_2) if count else _COUNT_2,
    )
    found = [views.find_post(world, NOBODY, one["id"]) for one in page.items]
    return [one for one in found if only in (None, one.kind)], page.next_cursor


def _people(question: Question, read: Lister, *, cursor: str) -> tuple[list[Json], str | None]:
    page = read(
        question.world,
        NOBODY,
        person_index(question),
        cursor=question.text(cursor) or None,
        limit=question.number("count", _COUNT_2),
    )
    return [_listed(question, one) for one in page.items], page.next_cursor


def _likers(question: Question, *, cursor: str) -> tuple[list[Json], str | None]:
    page = views.likers(
        question.world,
        NOBODY,
        post_id(question),
        cursor=question.text(cursor) or None,
        limit=_LIKERS,
    )
    return [_listed(question, one) for one in page.items], page.next_cursor


def _comments(question: Question, *, cursor: str) -> tuple[list[Json], str | None, int]:
    found = post(question)
    page = feeds.comments_of(
        question.world, NOBODY, found.post.id, cursor=question.text(cursor) or None, limit=20
    )
    items = [
        {
            "id": one["id"],
            "pk": one["id"],
            "text": one["text"],
            "created_at": one["at"],
            "user": brief(question, question.world.person(_index(question, one["author"]["id"]))),
        }
        for one in page.items
    ]
    return items, page.next_cursor, found.numbers.comments


def _page_2(question: Question, items: list[Json], more: str | None) -> Json:
    owner = person(question)
    user = {**brief(question, owner.person), "follower_count": owner.numbers.followers}
    return {"data": {"items": items, "count": len(items), "user": user}, "pagination_token": more}


def _users_3(users: list[Json], more: str | None) -> Json:
    return {"users": users, "next_max_id": more, "has_more": more is not None}


def _listed(question: Question, one: Json) -> Json:
    return brief(question, question.world.person(_index(question, one["id"])))


def _index(question: Question, person_id: str) -> int:
    return question.world.index_of(person_id)
