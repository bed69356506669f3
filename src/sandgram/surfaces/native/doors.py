"""Log-in, log-out and the account's own affairs."""

from typing import Literal

from fastapi import APIRouter, Request

from sandgram.store import logins
from sandgram.surfaces.native.schemas import (
    LogIn,
    LogInWithCookies,
    MailCode,
    PasswordChange,
    ProfileEdit,
)
from sandgram.surfaces.wire import Cursor, Json, Limit, TheCaller, TheWorld, page, source_of
from sandgram.world import deeds, doors, feeds, views
from sandgram.world.doors import Opened

router = APIRouter(prefix="/sg/v1", tags=["account"])


def _opened(opened: Opened) -> Json:
    return {
        "token": opened.token,
        "account": {"login": opened.login, "person_id": opened.person_id},
    }


@router.post("/login")
def log_in(body: LogIn, request: Request, world: TheWorld) -> Json:
    opened = doors.log_in(
        world,
        login=body.login,
        password=body.password,
        code=body.code,
        source=source_of(request),
    )
    return _opened(opened)


@router.post("/login/cookies")
def log_in_with_cookies(body: LogInWithCookies, request: Request, world: TheWorld) -> Json:
    opened = doors.log_in_with_cookies(
        world, auth_token=body.auth_token, ct0=body.ct0, source=source_of(request)
    )
    return _opened(opened)


@router.post("/login/email-code", status_code=202)
def send_mail_code(body: MailCode, world: TheWorld) -> Json:
    doors.send_mail_code(world, login=body.login)
    return {"sent": True}


@router.post("/logout")
def log_out(caller: TheCaller, world: TheWorld) -> Json:
    doors.log_out(world, caller)
    return {"logged_out": True}


@router.get("/address")
async def address(request: Request) -> Json:
    """Where the caller comes from, as this network sees it."""
    return {"address": source_of(request)}


@router.get("/me")
def me(caller: TheCaller, world: TheWorld) -> Json:
    """What the network thinks of the account, and its profile."""
    row = logins.account(world.db, caller.number) or {}
    private = {
        "lang": row.get("lang") or "",
        "avatar_sha256": deeds.media_digest(world, row.get("avatar")),
        "banner_sha256": deeds.media_digest(world, row.get("banner")),
    }
    return {
        "login": caller.login,
        "status": world.status(caller.number),
        "profile": {**views.profile(world, caller, caller.index), **private},
    }


@router.patch("/me")
def edit_profile(body: ProfileEdit, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.edit_profile(world, caller, fields=body.model_dump(exclude_none=True))


@router.post("/me/password")
def change_password(body: PasswordChange, caller: TheCaller, world: TheWorld) -> Json:
    return deeds.change_password(
        world, caller, old=body.old_password, new=body.new_password
    )  # fmt: skip


@router.get("/me/published")
def my_publications(
    caller: TheCaller,
    world: TheWorld,
    kind: Literal["post", "story", "highlight"] = "post",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Json:
    return page(deeds.published(world, caller, kind=kind, cursor=cursor, limit=limit))


@router.get("/me/comments")
def my_comments(
    caller: TheCaller, world: TheWorld, cursor: Cursor = None, limit: Limit = 50
) -> Json:
    return page(feeds.my_comments(world, caller, cursor=cursor, limit=limit))
