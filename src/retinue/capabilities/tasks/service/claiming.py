"""Who gets which task next."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.tasks.models import NO_LANE, Priority, TaskType
from retinue.capabilities.tasks.repository import queue
from retinue.capabilities.tasks.rules.priorities import Room, in_turn
from retinue.capabilities.tasks.schemas import ClaimedTask, Leeway
from retinue.capabilities.tasks.service.taking import Taking

LARGEST_CLAIM = 200
_READ_AT_LEAST = (1, 25, 100, 200, 200, 200)
"""From each lane, round by round: where many had to be put aside, many more are looked at."""
_LANES = 20


def claim(
    db: Session,
    types: Collection[TaskType],
    *,
    holder: str,
    now: datetime,
    limit: int | Leeway,
    ids: Sequence[str] | None = None,
) -> list[ClaimedTask]:
    """
    Take what is due, in order of priority and then of time, for a worker with `limit` free places;
    of `ids` only where they are given.

    Batches take turns, and the last place is not for batch work while something of priority 1 will
    need it in a moment. Whatever cannot begin is told why, and waits. A `Leeway` as `limit` says
    more precisely what fits.
    """
    leeway = limit if isinstance(limit, Leeway) else Leeway(places=limit)
    room = Room(leeway.places, dict(leeway.ahead), dict(leeway.at_most))
    taking = Taking(db, holder=holder, now=now, room=room)
    if ids is not None:
        taking.take(queue.of_given(db, ids, types=types, now=now))
    else:
        _take_in_order(db, types, taking, now=now)
    return taking.written()


def _take_in_order(
    db: Session, types: Collection[TaskType], taking: Taking, *, now: datetime
) -> None:
    open_lanes = queue.lanes(db, now=now, limit=_LANES)
    for priority in Priority:
        if priority is Priority.batch and taking.leaves_high_waiting(types):
            taking.room.keep_one()
        names = [NO_LANE, *(lane.id for lane in open_lanes if lane.priority == priority)]
        for at_least in _READ_AT_LEAST:
            admitted = [one for one in types if taking.room.admits(one)]
            if not admitted:
                return
            look = _Look(admitted, priority, at_least, now)
            found, has_more = _shares(db, names, taking, look)
            put_aside = taking.take(in_turn(found))
            if taking.number >= LARGEST_CLAIM:
                return
            if not put_aside and not has_more:
                break


@dataclass(frozen=True, slots=True)
class _Look:
    types: Collection[TaskType]
    priority: Priority
    at_least: int
    now: datetime


def _shares(
    db: Session, names: Sequence[str], taking: Taking, look: _Look
) -> tuple[list[Sequence[Any]], bool]:
    """An equal share of what there is room for from each lane, and whether one of them may have more."""
    left, has_more = min(taking.room.total, LARGEST_CLAIM), False
    found: list[Sequence[Any]] = []
    for index, name in enumerate(names):
        share = max(look.at_least, -(-left // (len(names) - index)))
        # What was taken of it already still stands in its place until all is written.
        piece = taking.number_of(name, look.priority, look.types), share
        new = queue.of_lane(
            db, name, priority=look.priority, types=look.types, now=look.now, piece=piece
        )
        has_more = has_more or len(new) == share
        left -= min(left, len(new))
        found.append(new)
    return found, has_more
