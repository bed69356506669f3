"""Reads the four sources of a house into one history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import select

from retinue.capabilities.ledger.models import Attempt, InteractionEvent, Target
from retinue.capabilities.sessions.models import EngagementSession
from retinue.capabilities.settings import service as settings
from retinue.foundation.events.models import Event
from retinue.foundation.events.publisher import Publisher
from tests.chaos.history import Effect, History, Shift, Told, Try
from tests.factories.staging import House, until

_PAGE = 50_000


def gather(
    house: House, *, is_fleet: bool = False, owed: frozenset[tuple[str, str]] = frozenset()
) -> History:
    """Call it when nobody is at work. What still waits for its number is given it first."""
    _number_all(house)
    login = {account.id: account.login for account in house.accounts()}
    with house.runtime.database.reading() as db:
        person = _people(db)
        tries = [
            Try(
                id=one.id,
                account=login[one.account_id],
                action=one.action,
                person=person.get(one.target_id, ""),
                state=one.state,
                started_at=one.started_at,
                session=one.session_id,
                fence=one.fence,
                settled_by=one.settled_by,
            )
            for one in db.scalars(select(Attempt).order_by(Attempt.id))
        ]
        events = list(db.scalars(select(InteractionEvent).order_by(InteractionEvent.id)))
        shifts = [
            Shift(one.id, login[one.account_id], one.status, one.started_at, one.ended_at)
            for one in db.scalars(select(EngagementSession))
        ]
        numbers = list(db.scalars(select(Event.seq).order_by(Event.id)))
        limits = settings.current(db).limits
    return History(
        effects=list(_effects(house, "effects")),
        repeats=list(_effects(house, "repeats")),
        tries=tries,
        told=[Told(one.attempt_id, one.status) for one in events if one.attempt_id],
        shifts=shifts,
        numbers=numbers,
        limits={str(action): limit for action, limit in limits.items()},
        is_fleet=is_fleet,
        owed=owed,
        passed=frozenset(
            (login[one.account_id], person[one.target_id])
            for one in events
            if one.attempt_id is None and one.account_id and one.target_id in person
        ),
    )


def _number_all(house: House) -> None:
    """A publisher that was killed keeps its turn until its lease has run out."""
    publisher = Publisher(house.runtime)

    def is_done() -> bool:
        publisher.drain()
        with house.runtime.database.reading() as db:
            return db.scalars(select(Event.id).where(Event.seq.is_(None)).limit(1)).first() is None

    until(is_done, "the number of the last event")
    publisher.release()


def _people(db: Any) -> dict[int, str]:
    """The network's id of each target; of a handle that turned out to be somebody known, theirs."""
    rows = {row.id: row for row in db.scalars(select(Target))}
    found: dict[int, str] = {}
    for row in rows.values():
        owner = rows.get(row.merged_into_id, row) if row.merged_into_id else row
        if owner.network_id:
            found[row.id] = owner.network_id
    return found


def _effects(house: House, table: str) -> Iterator[Effect]:
    for login in house.logins:
        after = 0
        while True:
            answer = house.sandgram.control.get(
                f"/oracle/{table}", params={"account": login, "after_seq": after, "limit": _PAGE}
            )
            assert answer.status_code == 200, answer.text
            items = answer.json()["items"]
            for one in items:
                moment = datetime.fromisoformat(one["at"])
                yield Effect(one["account"], one["action"], one["person_id"], moment)
            if len(items) < _PAGE:
                break
            after = items[-1]["seq"]
