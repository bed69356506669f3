"""The numbers that were true at a moment, and what the surfaces were asked."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request

from sandgram.clock import from_text, to_text
from sandgram.surfaces.calls import Calls
from sandgram.surfaces.control.guard import require_control
from sandgram.surfaces.tikhub.asking import code_in
from sandgram.surfaces.wire import Json, TheWorld
from sandgram.world import counts, errors, views
from sandgram.world.people import ACCOUNTS_FROM
from sandgram.world.posts import id_of_code
from sandgram.world.world import World

router = APIRouter(
    prefix="/sg/control/oracle", tags=["oracle"], dependencies=[Depends(require_control)]
)

Moments = Annotated[list[datetime] | None, Query(max_length=2_000)]


@router.get("/metrics")
def metrics(
    world: TheWorld,
    username: str | None = None,
    post: Annotated[str | None, Query(description="shortcode, URL or id")] = None,
    at: Moments = None,
    wall: Moments = None,
) -> Json:
    """
    What every surface shows, or would have shown, at each of the moments asked for.

    `at` is on the world's clock. `wall` is on the wall's, and right for as long as the world's
    clock has run as it does now. With neither, now. Moments to come are as good as past ones,
    but for what accounts will do.
    """
    if (username is None) == (post is None):
        raise errors.invalid("username", "name either username or post")
    try:
        moments = [from_text(one.isoformat()) for one in at or []]
        moments += [world.clock.at(from_text(one.isoformat())) for one in wall or []]
        moments = moments or [world.now()]
        if username is not None:
            return _of_person(world, username, moments)
        return _of_post(world, post or "", moments)
    except OverflowError:
        raise errors.invalid("at", "too far away") from None


def _of_person(world: World, username: str, moments: list[datetime]) -> Json:
    index = views.find_handle(world, username)
    items = []
    for moment in moments:
        found = counts.of_person_at(world, index, moment)
        items.append(
            {
                "at": to_text(moment),
                "follower_count": found.followers,
                "following_count": found.following,
                "post_count": found.posts,
            }
        )
    person = world.person(index)
    return {"kind": "influencer", "id": person.id, "username": person.handle, "items": items}


def _of_post(world: World, given: str, moments: list[datetime]) -> Json:
    post_id = id_of_code(code_in(given)) or given
    place = world.posts.place_of(post_id)
    if place is None:
        raise errors.page_missing()
    post = world.posts.get(*place) if place[0] < ACCOUNTS_FROM else views.published(world, post_id)
    items = []
    for moment in moments:
        found = counts.of_post_at(world, post, moment)
        items.append(
            {
                "at": to_text(moment),
                "like_count": found.likes,
                "comment_count": found.comments,
                "play_count": found.plays,
            }
        )
    return {"kind": "post", "id": post.id, "code": post.code, "items": items}


def _calls(request: Request) -> Calls:
    calls: Calls = request.app.state.calls
    return calls


@router.get("/calls")
def calls(
    request: Request,
    surface: str | None = None,
    subject: str | None = None,
    limit: Annotated[int, Query(ge=0, le=200_000)] = 1000,
) -> Json:
    """How often the TikHub and Graph surfaces were asked for whom, and what they answered."""
    kept = _calls(request)
    items = kept.subjects(surface=surface, subject=subject, limit=limit)
    by_status = kept.by_status(surface)
    return {"items": items, "by_status": by_status, "total": sum(by_status.values())}


@router.get("/calls/recent")
def recent_calls(
    request: Request,
    surface: str | None = None,
    subject: str | None = None,
    since: datetime | None = None,
    limit: Annotated[int, Query(ge=1, le=20_000)] = 1000,
) -> Json:
    """One by one, the newest first. `since` is on the wall's clock."""
    moment = from_text(since.isoformat()) if since else None
    found = _calls(request).recent(surface=surface, subject=subject, since=moment, limit=limit)
    return {"items": found}


@router.delete("/calls")
def forget_calls(request: Request) -> Json:
    """Count from nothing again."""
    _calls(request).forget()
    return {"forgotten": True}


@router.get("/subjects")
def subjects(
    world: TheWorld,
    kind: Literal["influencer", "post"] = "influencer",
    after: Annotated[int, Query(ge=0)] = 0,
    limit: Annotated[int, Query(ge=1, le=10_000)] = 1000,
) -> Json:
    """
    Handles of public people, or the codes of their newest posts: something to look at.

    The most followed come first, then the others in no order. Go on with `after`: the `next` of
    the answer before.
    """
    now = world.now()
    found: list[str] = []
    index = after
    while index < world.size and len(found) < limit:
        person = world.person(index)
        if not (person.is_private or person.is_suspended):
            count = world.posts.count(index, now) if kind == "post" else 0
            if kind == "influencer":
                found.append(person.handle)
            elif count:
                found.append(world.posts.get(index, count - 1).code)
        index += 1
    return {"items": found, "next": index if index < world.size else None}
