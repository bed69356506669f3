"""What really reached the world."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from sandgram.clock import from_text, to_text
from sandgram.store import effects
from sandgram.store.effects import Question
from sandgram.surfaces.control.guard import require_control
from sandgram.surfaces.wire import Json, TheWorld
from sandgram.world import counts, errors
from sandgram.world.people import ACCOUNTS_FROM

router = APIRouter(
    prefix="/sg/control/oracle", tags=["oracle"], dependencies=[Depends(require_control)]
)


def _question(  # noqa: PLR0917 - FastAPI calls it by name
    account: str | None = None,
    action: str | None = None,
    person: Annotated[str | None, Query(description="id or handle")] = None,
    object_id: str | None = None,
    since: datetime | None = None,
    after_seq: Annotated[int, Query(ge=0)] = 0,
) -> Question:
    moment = to_text(from_text(since.isoformat())) if since else None
    return Question(account, action, person, object_id, moment, after_seq)


Asked = Annotated[Question, Depends(_question)]
Limit = Annotated[int, Query(ge=1, le=100_000)]


@router.get("/effects")
def list_effects(asked: Asked, world: TheWorld, limit: Limit = 1000) -> Json:
    """In the order in which they happened; go on with `after_seq` of the last one."""
    items = effects.query(world.db, asked, limit=limit)
    return {
        "items": [{"effect_id": item["seq"], **item} for item in items],
        "total": effects.count(world.db, asked),
        "by_action": effects.count_by_action(world.db, asked),
    }


@router.get("/duplicates")
def duplicates(asked: Asked, world: TheWorld) -> Json:
    """
    Effects that happened more than once, grouped three ways, and repeats.

    A repeat is a follow or like that was asked for again and refused as already
    done: no effect, but a caller that meant to act once has acted twice.
    """
    return {
        "by_person_action": effects.groups(world.db, asked, keys=("person_id", "action")),
        "by_account_person_action": effects.groups(
            world.db, asked, keys=("account", "person_id", "action")
        ),
        "by_account_object_action": effects.groups(
            world.db, asked, keys=("account", "object_id", "action")
        ),
        "repeats": effects.count(world.db, asked, table="repeats"),
    }


@router.get("/repeats")
def repeats(asked: Asked, world: TheWorld, limit: Limit = 1000) -> Json:
    return {
        "items": effects.query(world.db, asked, limit=limit, table="repeats"),
        "total": effects.count(world.db, asked, table="repeats"),
    }


@router.get("/follow-backs")
def follow_backs(account: str, world: TheWorld) -> Json:
    """Who follows an account back, in the order of that, and who is yet to do it."""
    number = world.number_of_login(account)
    if number is None:
        raise errors.Refusal(404, "account_not_found", f"no account has the login {account[:60]}")
    now = world.now()
    found = [
        {
            "person_id": world.people.id_of(person),
            "handle": world.person(person).handle,
            "followed_at": to_text(since),
            "at": to_text(at),
            "follows": at <= now,
        }
        for person, since, at in counts.follow_backs(world, ACCOUNTS_FROM + number)
    ]
    return {"items": found, "total": sum(bool(one["follows"]) for one in found)}
