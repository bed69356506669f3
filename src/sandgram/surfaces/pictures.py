"""`/media/...`: the pictures of people, posts and uploads, open to everybody."""

import re

from fastapi import APIRouter, Response
from fastapi.responses import FileResponse

from sandgram.store import deeds, logins
from sandgram.surfaces.wire import TheWorld
from sandgram.world import errors
from sandgram.world.images import picture
from sandgram.world.people import ACCOUNTS_FROM

router = APIRouter(prefix="/media", tags=["pictures"])

_POST_PICTURE = re.compile(r"(\d{1,19})-(\d)\.jpg", re.ASCII)
_CACHE = {"Cache-Control": "public, max-age=86400"}


@router.get("/a/{person_id}.jpg")
def avatar(person_id: str, world: TheWorld) -> Response:
    index = world.index_of(person_id)
    if index >= ACCOUNTS_FROM:
        row = logins.account(world.db, index - ACCOUNTS_FROM)
        if row and row["avatar"]:
            return uploaded(row["avatar"], world)
    return _jpeg(picture(world.seed, index, size=320))


@router.get("/p/{name}")
def post_picture(name: str, world: TheWorld) -> Response:
    found = _POST_PICTURE.fullmatch(name)
    if found is None:
        raise errors.page_missing()
    return _jpeg(picture(world.seed, int(found.group(1)) * 10 + int(found.group(2)), size=640))


@router.get("/u/{media_id}")
def uploaded(media_id: str, world: TheWorld) -> Response:
    row = deeds.media(world.db, media_id)
    if row is None:
        raise errors.page_missing()
    # The name comes from the table, not from the request, so no path can be smuggled in.
    path = world.db.directory / "media" / row["id"]
    return FileResponse(path, media_type=row["content_type"], headers=_CACHE)


def _jpeg(content: bytes) -> Response:
    return Response(content, media_type="image/jpeg", headers=_CACHE)
