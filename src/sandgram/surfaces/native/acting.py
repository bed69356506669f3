"""Everything that leaves an effect on somebody else, and publishing."""

from typing import Annotated

from fastapi import APIRouter, Body, Header

from sandgram.surfaces.native.schemas import (
    CommentCreate,
    HighlightCreate,
    PostCreate,
    StoryCreate,
)
from sandgram.surfaces.wire import Json, TheCaller, TheWorld
from sandgram.world import deeds

router = APIRouter(prefix="/sg/v1", tags=["acting"])


@router.post("/people/{person_id}/follow")
def follow(person_id: str, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.follow(world, caller, world.index_of(person_id))


@router.delete("/people/{person_id}/follow")
def unfollow(person_id: str, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.unfollow(world, caller, world.index_of(person_id))


@router.post("/posts/{post_id}/like")
def like(post_id: str, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.like(world, caller, post_id)


@router.delete("/posts/{post_id}/like")
def unlike(post_id: str, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.unlike(world, caller, post_id)


@router.post("/posts/{post_id}/comments")
def comment(post_id: str, body: CommentCreate, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.comment(world, caller, post_id, text=body.text)


@router.post("/people/{person_id}/stories/view")
def view_newest_story(person_id: str, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.view_newest(world, caller, world.index_of(person_id))


@router.post("/stories/{story_id}/view")
def view_story(story_id: str, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.view_story(world, caller, story_id)


@router.post("/media")
def upload(
    caller: TheCaller,
    world: TheWorld,
    content: Annotated[bytes, Body(media_type="application/octet-stream")],
    content_type: Annotated[str, Header()] = "",
) -> Json:
    return deeds.upload(world, caller, content=content, content_type=content_type)


@router.post("/posts")
def publish_post(body: PostCreate, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.publish(world, caller, kind="post", text=body.caption, media=body.media_ids)


@router.post("/stories")
def publish_story(body: StoryCreate, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.publish(world, caller, kind="story", text=body.caption, media=body.media_ids)


@router.post("/highlights")
def publish_highlight(body: HighlightCreate, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.publish(world, caller, kind="highlight", text=body.title, media=body.media_ids)
