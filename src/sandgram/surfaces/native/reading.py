"""People, posts, hashtags and stories."""

from typing import Literal

from fastapi import APIRouter

from sandgram.surfaces.wire import Cursor, Json, Limit, TheCaller, TheWorld, page
from sandgram.world import errors, feeds, views
from sandgram.world.posts import id_of_code

router = APIRouter(prefix="/sg/v1", tags=["reading"])


@router.get("/people/by-handle/{handle}")
def profile_by_handle(handle: str, caller: TheCaller, world: TheWorld) -> Json:
    return views.profile(world, caller, views.find_handle(world, handle))


@router.get("/people/{person_id}")
def profile(person_id: str, caller: TheCaller, world: TheWorld) -> Json:
    return views.profile(world, caller, world.index_of(person_id))


@router.get("/people/{person_id}/followers")
def followers(
    person_id: str, caller: TheCaller, world: TheWorld, cursor: Cursor = None, limit: Limit = 50
) -> Json:
    index = world.index_of(person_id)
    return page(views.followers(world, caller, index, cursor=cursor, limit=limit))


@router.get("/people/{person_id}/following")
def following(
    person_id: str, caller: TheCaller, world: TheWorld, cursor: Cursor = None, limit: Limit = 50
) -> Json:
    index = world.index_of(person_id)
    return page(views.following(world, caller, index, cursor=cursor, limit=limit))


@router.get("/people/{person_id}/posts")
def posts(
    person_id: str, caller: TheCaller, world: TheWorld, cursor: Cursor = None, limit: Limit = 12
) -> Json:
    index = world.index_of(person_id)
    return page(feeds.posts_of(world, caller, index, cursor=cursor, limit=limit))


@router.get("/people/{person_id}/stories")
def stories(person_id: str, caller: TheCaller, world: TheWorld) -> Json:
    return page(feeds.stories_of(world, caller, world.index_of(person_id)))


@router.get("/people/{person_id}/highlights")
def highlights(person_id: str, caller: TheCaller, world: TheWorld) -> Json:
    return page(feeds.highlights_of(world, caller, world.index_of(person_id)))


@router.get("/hashtags")
def hashtags(caller: TheCaller, world: TheWorld) -> Json:  # noqa: ARG001 - only for the logged-in
    return {"items": feeds.hashtags(world), "next_cursor": None}


@router.get("/hashtags/{tag}/posts")
def tag_posts(  # noqa: PLR0917 - FastAPI calls it by name
    tag: str,
    caller: TheCaller,
    world: TheWorld,
    order: Literal["recent", "top"] = "recent",
    cursor: Cursor = None,
    limit: Limit = 24,
) -> Json:
    if order == "top":
        return page(feeds.top_by_tag(world, caller, tag, limit=limit))
    return page(feeds.recent_by_tag(world, caller, tag, cursor=cursor, limit=limit))


@router.get("/posts/by-code/{code}")
def post_by_code(code: str, caller: TheCaller, world: TheWorld) -> Json:
    post_id = id_of_code(code)
    if post_id is None:
        raise errors.page_missing()
    return views.post_view(world, caller, views.find_post(world, caller, post_id))


@router.get("/posts/{post_id}")
def post(post_id: str, caller: TheCaller, world: TheWorld) -> Json:
    return views.post_view(world, caller, views.find_post(world, caller, post_id))


@router.get("/posts/{post_id}/likers")
def likers(
    post_id: str, caller: TheCaller, world: TheWorld, cursor: Cursor = None, limit: Limit = 50
) -> Json:
    return page(views.likers(world, caller, post_id, cursor=cursor, limit=limit))


@router.get("/posts/{post_id}/comments")
def comments(
    post_id: str, caller: TheCaller, world: TheWorld, cursor: Cursor = None, limit: Limit = 50
) -> Json:
    return page(feeds.comments_of(world, caller, post_id, cursor=cursor, limit=limit))
