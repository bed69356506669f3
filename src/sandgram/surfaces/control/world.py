"""World state, clock, people and accounts."""

from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from sandgram.store import effects, logins
from sandgram.store.effects import Question
from sandgram.surfaces.control.guard import require_control
from sandgram.surfaces.graph.desk import token_of
from sandgram.surfaces.wire import Json, TheWorld
from sandgram.world import errors
from sandgram.world.accounts import Credentials
from sandgram.world.people import ACCOUNTS_FROM, FIXED_HANDLES
from sandgram.world.vocabulary import HASHTAGS
from sandgram.world.world import World

router = APIRouter(prefix="/sg/control", tags=["control"], dependencies=[Depends(require_control)])


class ClockChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    factor: Annotated[float, Field(ge=0, le=1_000_000)] | None = None
    step: Annotated[float, Field(ge=-3e8, le=3e8)] | None = None
    """Seconds."""
    set: datetime | None = None


class AccountCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    login: Annotated[str, Field(pattern=r"^[a-z0-9_.]{3,30}$")]


class AccountChange(BaseModel):
    model_config = ConfigDict(extra="forbid")

    status: Literal["ok", "suspended", "locked", "challenge", "email_code"]


class Rename(BaseModel):
    model_config = ConfigDict(extra="forbid")

    handle: Annotated[str, Field(pattern=r"^[a-z0-9_.]{3,30}$")]


@router.get("/world")
def state(world: TheWorld) -> Json:
    return {
        "seed": world.seed,
        "people": world.size,
        "now": world.now_text(),
        "clock_factor": world.clock.state.factor,
        "effects": effects.count(world.db, Question()),
        "effects_by_action": effects.count_by_action(world.db, Question()),
        "fixed_handles": list(FIXED_HANDLES),
        "hashtags": list(HASHTAGS),
    }


@router.post("/clock")
def change_clock(body: ClockChange, world: TheWorld) -> Json:
    world.set_clock(factor=body.factor, step=body.step, moment=body.set)
    return {"now": world.now_text(), "clock_factor": world.clock.state.factor}


@router.post("/reset")
def reset(world: TheWorld) -> Json:
    world.reset()
    return {"now": world.now_text()}


@router.post("/accounts", status_code=201)
def add_account(body: AccountCreate, world: TheWorld) -> Json:
    return _everything(world, world.add_account(login=body.login))


@router.get("/accounts/{login}")
def account(login: str, world: TheWorld) -> Json:
    return _everything(world, world.credentials(number_of(world, login)))


@router.patch("/accounts/{login}")
def change_account(login: str, body: AccountChange, world: TheWorld) -> Json:
    number = number_of(world, login)
    world.set_status(number, status=body.status)
    return {"login": login, "status": world.status(number)}


@router.get("/accounts/{login}/mailbox")
def mailbox(login: str, world: TheWorld) -> Json:
    return {"items": logins.mailed_codes(world.db, number_of(world, login))}


@router.get("/accounts/{login}/logins")
def login_history(login: str, world: TheWorld) -> Json:
    number_of(world, login)
    return {"items": logins.login_history(world.db, login=login, limit=200)}


@router.post("/people/{person}/rename")
def rename(person: str, body: Rename, world: TheWorld) -> Json:
    """`person` is an id or a handle."""
    index = world.index_by_handle(person)
    person_id = person if index is None else world.people.id_of(index)
    renamed = world.rename(person_id, handle=body.handle)
    return {"id": renamed.id, "handle": renamed.handle}


def number_of(world: World, login: str) -> int:
    number = world.number_of_login(login)
    if number is None:
        raise errors.Refusal(404, "account_not_found", f"no account has the login {login[:60]}")
    return number


def _everything(world: World, made: Credentials) -> Json:
    return {
        "login": made.login,
        "person_id": world.people.id_of(ACCOUNTS_FROM + made.number),
        "status": world.status(made.number),
        "password": made.password,
        "email": made.email,
        "email_password": made.email_password,
        "auth_token": made.auth_token,
        "ct0": made.ct0,
        "totp_secret": made.totp_secret,
        "backup_code": made.backup_code,
        "graph_token": token_of(world.seed, made.number),
        "row": {**made.as_row(), "password": made.password},
    }
