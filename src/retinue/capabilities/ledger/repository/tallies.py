"""
Events counted by hour, and the few that are not counted yet.

Engines commit in any order, so an id below the last one counted may still turn up: such
ids are kept as gaps. Counted are all events up to `through_id` whose id lies in no gap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Select, and_, delete, extract, func, select

from retinue.capabilities.ledger.models import EventStatus
from retinue.capabilities.ledger.repository.tables import (
    events,
    tallies,
    tally_gaps,
    tally_states,
)
from retinue.foundation.database import Spelled

ALL = 0
"""The account under which all events together are counted."""
_STATE = 1
_HOUR = timedelta(hours=1)


class Key(NamedTuple):
    account_id: int
    hour: datetime
    action: str
    status: EventStatus


class Gap(NamedTuple):
    first_id: int
    last_id: int
    noticed_at: datetime


class Counted(NamedTuple):
    """Counts of one hour, action and status, from wherever they come."""

    hour: datetime
    action: str
    status: EventStatus
    number: int


_FIRST_STATE = {"id": _STATE, "through_id": 0, "version": 0}
_BEGIN = Spelled(
    lambda dialect: dialect.insert(tally_states).on_conflict_do_nothing(),
    mysql=lambda dialect: dialect.insert(tally_states).prefix_with("IGNORE"),
)


def held_through(connection: Connection) -> int:
    """How far the events are counted; nobody else counts until the transaction ends."""
    connection.execute(_BEGIN.on(connection), _FIRST_STATE)
    found = select(tally_states.c.through_id).where(tally_states.c.id == _STATE).with_for_update()
    return int(connection.execute(found).scalar_one())


def advance(connection: Connection, *, through_id: int) -> None:
    connection.execute(
        tally_states.update()
        .where(tally_states.c.id == _STATE)
        .values(through_id=through_id, version=tally_states.c.version + 1)
    )


def state(connection: Connection) -> tuple[int, int]:
    """How far the events are counted, and the version of that."""
    row = connection.execute(
        select(tally_states.c.through_id, tally_states.c.version).where(tally_states.c.id == _STATE)
    ).first()
    return (0, 0) if row is None else (row[0], row[1])


_EVENT = (
    events.c.id,
    events.c.ts,
    events.c.account_id,
    events.c.action,
    events.c.status,
    events.c.attempt_id,
)


def next_events(connection: Connection, *, after_id: int, limit: int) -> Sequence[Any]:
    """In one statement, because what a second one would see is another moment."""
    return connection.execute(
        select(*_EVENT).where(events.c.id > after_id).order_by(events.c.id).limit(limit)
    ).all()


_IN_GAP = and_(events.c.id >= tally_gaps.c.first_id, events.c.id <= tally_gaps.c.last_id)


def events_in_gaps(connection: Connection, *, limit: int) -> Sequence[Any]:
    """Events that have turned up since, each with the first id of its gap."""
    return connection.execute(
        select(*_EVENT, tally_gaps.c.first_id)
        .join_from(tally_gaps, events, _IN_GAP)
        .order_by(events.c.id)
        .limit(limit)
    ).all()


def gaps(connection: Connection, first_ids: Collection[int]) -> list[Gap]:
    rows = connection.execute(
        select(tally_gaps).where(tally_gaps.c.first_id.in_(sorted(first_ids)))
    )
    return [Gap(row.first_id, row.last_id, row.noticed_at) for row in rows]


def forget_gaps(connection: Connection, first_ids: Collection[int]) -> None:
    connection.execute(delete(tally_gaps).where(tally_gaps.c.first_id.in_(sorted(first_ids))))


def forget_gaps_before(connection: Connection, moment: datetime) -> int:
    return connection.execute(delete(tally_gaps).where(tally_gaps.c.noticed_at < moment)).rowcount


def keep_gaps(connection: Connection, found: Iterable[Gap]) -> None:
    rows = [gap._asdict() for gap in found]
    if rows:
        connection.execute(tally_gaps.insert(), rows)


def _adding(dialect: Any) -> Any:
    row = dialect.insert(tallies)
    return row.on_conflict_do_update(
        index_elements=Key._fields, set_={"number": tallies.c.number + row.excluded.number}
    )


def _adding_mysql(dialect: Any) -> Any:
    row = dialect.insert(tallies)
    return row.on_duplicate_key_update(number=tallies.c.number + row.inserted.number)


_ADD = Spelled(_adding, mysql=_adding_mysql)


def add(connection: Connection, counts: Mapping[Key, int]) -> None:
    """In the order of the keys, so that pages are written once and nobody waits in a circle."""
    rows = [{**key._asdict(), "number": counts[key]} for key in sorted(counts)]
    if rows:
        connection.execute(_ADD.on(connection), rows)


def counted(
    connection: Connection, *, accounts: Collection[int] | None, since: datetime, until: datetime
) -> list[Counted]:
    """What is counted of whole hours. Without `accounts`, of all events."""
    wanted = [ALL] if accounts is None else sorted(accounts)
    number = func.sum(tallies.c.number)
    key = (tallies.c.hour, tallies.c.action, tallies.c.status)
    rows = connection.execute(
        select(*key, number)
        .where(tallies.c.account_id.in_(wanted), tallies.c.hour >= since, tallies.c.hour < until)
        .group_by(*key)
    )
    return [Counted(row[0], row[1], row[2], int(row[3])) for row in rows]


def uncounted(
    connection: Connection,
    *,
    through_id: int,
    accounts: Collection[int] | None,
    since: datetime,
    until: datetime,
) -> list[Counted]:
    """The live tail, and what has turned up in gaps, of whole hours."""
    # Only the id may lead engines here. Led by the time or the account, they would read the week.
    mine = [] if accounts is None else [func.coalesce(events.c.account_id, 0).in_(sorted(accounts))]
    tail = _by_hour().where(events.c.id > through_id, *mine)
    found = _by_hour().select_from(tally_gaps).join(events, _IN_GAP).where(*mine)
    return [
        one
        for statement in (tail, found)
        for one in _read(connection, statement)
        if since <= one.hour < until
    ]


def straight(
    connection: Connection, *, accounts: Collection[int] | None, since: datetime, until: datetime
) -> list[Counted]:
    """Counted event by event: for a part of an hour."""
    statement = _by_hour().where(events.c.ts >= since, events.c.ts < until)
    if accounts is not None:
        statement = statement.where(events.c.account_id.in_(sorted(accounts)))
    return _read(connection, statement)


_DAY, _OF_DAY = func.date(events.c.ts), extract("hour", events.c.ts)


def _by_hour() -> Select[Any]:
    key = (_DAY, _OF_DAY, events.c.action, events.c.status)
    return select(*key, func.count()).group_by(*key)


def _read(connection: Connection, statement: Select[Any]) -> list[Counted]:
    return [
        Counted(_hour(row[0], row[1]), row[2], row[3], row[4])
        for row in connection.execute(statement)
    ]


def _hour(day: Any, hour: Any) -> datetime:
    return datetime.fromisoformat(str(day)).replace(tzinfo=UTC) + int(hour) * _HOUR


def latencies(
    connection: Connection, *, accounts: Collection[int] | None, since: datetime, among: int
) -> list[int]:
    """Of the acts that succeeded among the newest `among` events, in milliseconds."""
    newest = select(events.c.status, events.c.latency_ms).where(events.c.ts >= since)
    if accounts is not None:
        newest = newest.where(events.c.account_id.in_(sorted(accounts)))
    some = newest.order_by(events.c.ts.desc(), events.c.id.desc()).limit(among).subquery()
    return list(
        connection.execute(
            select(cast("Any", some.c.latency_ms)).where(
                some.c.status == EventStatus.success, some.c.latency_ms.is_not(None)
            )
        ).scalars()
    )
