"""The app on the X surface: its tier, its limits, and the tokens that accounts' owners grant it."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from sandgram.faults.requests import ACTIONS
from sandgram.store import x_tokens
from sandgram.surfaces.control.guard import require_control
from sandgram.surfaces.control.world import number_of
from sandgram.surfaces.wire import Json, TheWorld
from sandgram.surfaces.x.desk import XDesk
from sandgram.surfaces.x.endpoints import SCOPES
from sandgram.world import errors

router = APIRouter(prefix="/sg/control/x", tags=["x"], dependencies=[Depends(require_control)])

_Word = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]
_Seconds = Annotated[int, Field(ge=1, le=31_536_000)]


class XChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    tier: Literal["self_serve", "enterprise"] | None = None
    client_id: _Word | None = None
    client_secret: _Word | None = None
    """Null takes it away: the app is a public one."""
    access_seconds: _Seconds | None = None
    """How long access tokens are good for from now on."""
    limits: dict[str, Annotated[int, Field(ge=0, le=1_000_000)]] | None = None
    """Calls of an account in fifteen minutes, by action; 0 is no limit."""
    summoned: list[str] | None = None
    """Posts whose authors have mentioned the app's accounts, so that they may be answered."""


class TokensWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    login: str
    scope: str | None = None
    expires_in: _Seconds | None = None


def _desk(request: Request) -> XDesk:
    desk: XDesk = request.app.state.x
    return desk


@router.get("")
def x(request: Request) -> Json:
    return _desk(request).shown()


@router.patch("")
def change_x(body: XChange, request: Request) -> Json:
    if unknown := sorted(set(body.limits or ()) - set(ACTIONS)):
        raise errors.invalid("limits", f"{unknown[0]!r} is no action")
    changes = body.model_dump(exclude_unset=True)
    if "summoned" in changes:
        changes["summoned"] = set(changes["summoned"] or ())
    wanted = {
        name: value
        for name, value in changes.items()
        if value is not None or name == "client_secret"
    }
    _desk(request).change(**wanted)
    return _desk(request).shown()


@router.delete("")
def reset_x(request: Request) -> Json:
    """Back to the app, the tier and the limits of the start."""
    _desk(request).start_over()
    return _desk(request).shown()


@router.post("/tokens", status_code=201)
def grant(body: TokensWanted, request: Request, world: TheWorld) -> Json:
    """What the owner of an account grants the app."""
    if unknown := sorted(set((body.scope or "").split()) - set(SCOPES)):
        raise errors.invalid("scope", f"{unknown[0]!r} is none of {' '.join(SCOPES)}")
    number = number_of(world, body.login)
    return _desk(request).grant(number, scope=body.scope, seconds=body.expires_in)


@router.post("/tokens/{login}/expire")
def expire(login: str, world: TheWorld) -> Json:
    """Let the account's access tokens run out at once."""
    number = number_of(world, login)
    return {"ended": x_tokens.end_access(world.db, number, at=world.now_text())}


@router.delete("/tokens/{login}")
def withdraw(login: str, world: TheWorld) -> Json:
    """The owner takes back what was granted."""
    return {"ended": x_tokens.end_all(world.db, number_of(world, login))}
