"""What all surfaces share: the world of a request, the caller and the shape of errors."""

from typing import Annotated, Any, cast

from fastapi import Depends, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from sandgram.world import doors, errors
from sandgram.world.views import Page
from sandgram.world.world import Caller, World

Json = dict[str, Any]


async def world_of(request: Request) -> World:
    world: World = request.app.state.world
    return world


# These two are async although they read the store: a hop to a thread costs more than the
# one indexed read.
async def caller_of(request: Request) -> Caller:
    return doors.caller_of(
        request.app.state.world,
        token=bearer(request),
        source=source_of(request),
        request_id=request.headers.get("x-request-id"),
    )


TheWorld = Annotated[World, Depends(world_of)]
TheCaller = Annotated[Caller, Depends(caller_of)]
Cursor = Annotated[str | None, Query(max_length=64)]
Limit = Annotated[int, Query(ge=1, le=200)]


def bearer(request: Request) -> str:
    kind, _, token = request.headers.get("authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise errors.not_logged_in()
    return token.strip()


def source_of(request: Request) -> str:
    """The socket's peer, whatever a header claims."""
    return request.client.host if request.client else "unknown"


def page(found: Page) -> Json:
    return {"items": found.items, "next_cursor": found.next_cursor}


def failure(status: int, code: str, message: str) -> JSONResponse:
    return JSONResponse({"error": {"code": code, "message": message}}, status_code=status)


# Starlette hands every handler a plain Exception; the registration in app.py says which.
async def on_refusal(_: Request, error: Exception) -> JSONResponse:
    refusal = cast("errors.Refusal", error)
    return failure(refusal.status, refusal.code, refusal.message)


async def on_invalid(_: Request, error: Exception) -> JSONResponse:
    first = cast("RequestValidationError", error).errors()[0]
    field = ".".join(str(part) for part in first["loc"])
    return failure(422, "invalid_input", f"{field}: {first['msg']}")


async def on_http(_: Request, error: Exception) -> JSONResponse:
    found = cast("HTTPException", error)
    if found.status_code == 404:
        return failure(404, "page_unavailable", errors.page_missing().message)
    return failure(found.status_code, "http_error", str(found.detail))
