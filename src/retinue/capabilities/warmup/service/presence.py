"""
Which bots are there.

A call that writes notes itself in its own transaction. One that only reads, and one that was
refused, is kept in memory and written with the next one, or by a job.
"""

from __future__ import annotations

import threading
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.orm import Session

from retinue.capabilities.settings import service as settings
from retinue.capabilities.warmup.models import Phase
from retinue.capabilities.warmup.repository import bots as repository
from retinue.capabilities.warmup.schemas import Bot
from retinue.foundation.clock import real
from retinue.foundation.database import on_commit

_WRITTEN_AFTER = timedelta(seconds=15)


@dataclass(frozen=True, slots=True)
class Noted:
    """Calls that are not written down yet."""

    calls: int
    errors: int
    first_at: datetime
    last_at: datetime
    address: str | None


class Notes:
    """Of this process. What it loses with it is how often a bot has looked, and nothing else."""

    def __init__(self) -> None:
        self._of: dict[str, Noted] = {}
        self._lock = threading.Lock()

    def add(self, bot: Bot, *, is_error: bool, at: datetime) -> None:
        with self._lock:
            before = self._of.get(bot.id)
            calls = 1 if before is None else before.calls + 1
            errors = int(is_error) + (0 if before is None else before.errors)
            first_at = at if before is None else before.first_at
            self._of[bot.id] = Noted(calls, errors, first_at, at, bot.address)

    def of(self, bot_id: str) -> Noted | None:
        return self._of.get(bot_id)

    def all(self) -> list[tuple[str, Noted]]:
        """In the order of the bots, so that two writers do not wait for each other in a circle."""
        with self._lock:
            return sorted(self._of.items())

    def forget(self, bot_id: str, written: Noted) -> None:
        with self._lock:
            now = self._of.get(bot_id)
            if now is None:
                return
            calls, errors = now.calls - written.calls, now.errors - written.errors
            if calls <= 0:
                del self._of[bot_id]
            else:
                self._of[bot_id] = replace(
                    now, calls=calls, errors=max(0, errors), first_at=now.last_at
                )


notes = Notes()


def note(bot: Bot, *, is_error: bool, at: datetime) -> None:
    """A call that has written nothing."""
    notes.add(bot, is_error=is_error, at=at)


def check_in(
    db: Session,
    bot: Bot,
    *,
    lease: timedelta,
    now: datetime,
    account_id: int | None = None,
    phase: Phase | None = None,
) -> int | None:
    """The bot has called: its session goes on, or a new one begins when it was silent for a lease's time."""
    session_id = _open(db, bot.id, address=bot.address, at=now, idle=real(lease))
    if session_id is None:
        return None
    waiting = notes.of(bot.id)
    repository.touch_session(
        db,
        {
            "session": session_id,
            "seen": now,
            "more_calls": 1 + (waiting.calls if waiting else 0),
            "more_errors": waiting.errors if waiting else 0,
            "account": account_id,
            "step": phase,
            "from_address": bot.address,
        },
    )
    if waiting is not None:
        on_commit(db, partial(notes.forget, bot.id, waiting))
    return session_id


def count_error(db: Session, session_id: int | None) -> None:
    """The bot has reported a failure."""
    if session_id is not None:
        repository.count_error(db, session_id)


def is_writing_due(bot: Bot, *, at: datetime) -> bool:
    """Whether the bot has done nothing but look for a while, in this process."""
    waiting = notes.of(bot.id)
    return waiting is not None and at - waiting.first_at >= real(_WRITTEN_AFTER)


def write_notes_of(db: Session, bot: Bot) -> None:
    lease = timedelta(seconds=settings.current(db).warmup.lease_seconds)
    write_notes(db, lease=lease, only={bot.id})


def write_notes(db: Session, *, lease: timedelta, only: Collection[str] | None = None) -> int:
    """What bots have read since they last wrote; how many bots that were."""
    waiting = [one for one in notes.all() if only is None or one[0] in only]
    for bot_id, noted in waiting:
        _write(db, bot_id, noted, idle=real(lease))
    return len(waiting)


def _write(db: Session, bot_id: str, noted: Noted, *, idle: timedelta) -> None:
    session_id = _open(db, bot_id, address=noted.address, at=noted.last_at, idle=idle)
    if session_id is not None:
        repository.touch_session(
            db,
            {
                "session": session_id,
                "seen": noted.last_at,
                "more_calls": noted.calls,
                "more_errors": noted.errors,
                "account": None,
                "step": None,
                "from_address": noted.address,
            },
        )
    on_commit(db, partial(notes.forget, bot_id, noted))


def end_idle(db: Session, *, lease: timedelta, now: datetime, limit: int) -> int:
    """End sessions of bots that have been silent for a lease's time; how many, at most `limit`."""
    rows = repository.idle_sessions(db, before=now - real(lease), limit=limit)
    for row in rows:
        repository.end_session(db, row.id, at=row.last_seen_at)
    return len(rows)


def _open(
    db: Session, bot_id: str, *, address: str | None, at: datetime, idle: timedelta
) -> int | None:
    for _ in range(2):
        found = repository.open_session(db, bot_id)
        if found is not None and at - found.last_seen_at <= idle:
            return int(found.id)
        if found is not None:
            repository.end_session(db, found.id, at=found.last_seen_at)
        begun = repository.begin_session(
            db,
            {
                "bot_id": bot_id,
                "open_key": bot_id,
                "started_at": at,
                "last_seen_at": at,
                "calls": 0,
                "errors": 0,
                "address": address,
            },
        )
        if begun is not None:
            return begun
    return None
