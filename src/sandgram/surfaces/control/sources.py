"""Keys, rates and balances of the surfaces that sell numbers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field

from sandgram.surfaces.control.guard import require_control
from sandgram.surfaces.graph.desk import GraphDesk
from sandgram.surfaces.tikhub.desk import SCOPES, Desk
from sandgram.surfaces.wire import Json, TheWorld
from sandgram.world import errors

router = APIRouter(prefix="/sg/control", tags=["sources"], dependencies=[Depends(require_control)])

Key = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,200}$")]


class TikHubChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: Key | None = None
    rate: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    """Requests a second; 0 for no limit."""
    balance: Annotated[float, Field(ge=0, le=1_000_000_000)] | None = None
    """In dollars."""
    scopes: list[str] | None = None


def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.tikhub
    return desk


@router.get("/tikhub")
def tikhub(request: Request) -> Json:
    return _desk(request).shown()


@router.patch("/tikhub")
def change_tikhub(body: TikHubChange, request: Request) -> Json:
    if unknown := sorted(set(body.scopes or ()) - set(SCOPES)):
        raise errors.invalid("scopes", f"{unknown[0]!r} is none of {', '.join(SCOPES)}")
    desk = _desk(request)
    desk.change(
        key=body.key,
        rate=body.rate,
        balance=None if body.balance is None else round(body.balance * 1_000_000),
        scopes=None if body.scopes is None else tuple(body.scopes),
    )
    return desk.shown()


@router.delete("/tikhub")
def reset_tikhub(request: Request) -> Json:
    """Back to the key, the rate and the balance of the start."""
    desk = _desk(request)
    desk.start_over()
    return desk.shown()


class GraphChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    token: Key | None = None
    login: str | None = None
    """The account that the token stands for."""
    calls_per_hour: Annotated[int, Field(ge=0, le=1_000_000_000)] | None = None
    """0 for no limit."""


def _graph_desk(request: Request) -> GraphDesk:
    desk: GraphDesk = request.app.state.graph
    return desk


@router.get("/graph")
def graph(request: Request) -> Json:
    return _graph_desk(request).shown()


@router.patch("/graph")
def change_graph(body: GraphChange, request: Request, world: TheWorld) -> Json:
    account = None
    if body.login is not None:
        account = world.number_of_login(body.login)
        if account is None:
            raise errors.invalid("login", "no account has it")
    desk = _graph_desk(request)
    desk.change(token=body.token, account=account, calls_per_hour=body.calls_per_hour)
    return desk.shown()


@router.delete("/graph")
def reset_graph(request: Request) -> Json:
    desk = _graph_desk(request)
    desk.start_over()
    return desk.shown()
