"""Where the tables and the model are held against each other, after every step."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.inbox.models import InboxItem, ItemState
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import (
    Attempt,
    InteractionEvent,
    InteractionLatest,
    Target,
    Window,
)
from retinue.capabilities.ledger.schemas import EventFilter
from tests.retinue.capabilities.ledger.modelled.model import Act, Known, Model, Told

ACTIONS = ("like", "comment", "view")


class Agreement:
    """The columns of a row are compared as they stand in the database."""

    def __init__(self, db: Session, model: Model) -> None:
        self._db = db
        self._model = model
        self._events: list[tuple[Any, ...]] = []
        self._told_at: list[datetime] = []
        self._decision: tuple[int, str, str, str | None] | None = None

    def tell(self, status: str, account: int, handle: str, action: str) -> None:
        """An event without an attempt."""
        self._model.told.append(Told(status, account, handle, action, None))

    def note_decision(self, account: int, handle: str, action: str, kind: str | None) -> None:
        self._decision = (account, handle, action, kind)

    def assert_first(self, act: Act, scope: str, now: datetime) -> None:
        """
        No effect that has really happened is still within its window in this scope.

        Asked of the network's truth alone: whatever the ledger believes of it does not matter.
        """
        for other in self._model.acts:
            is_same = other.person is act.person and other.action == act.action
            is_cleared = other.held_until is None
            ends = other.started + other.window
            if is_same and other.has_happened and scope in other.scopes and not is_cleared:
                assert ends <= now, f"{act.action} of @{act.handle} would be done twice in {scope}"

    def check(self, now: datetime) -> None:
        self._people = self._by_row()
        self._check_acts(now)
        self._check_windows(now)
        self._check_words()
        self._check_events()
        self._check_doubts()
        self._check_answers(now)
        self._check_limits(now)

    def _rows(self, table: Any, *columns: str) -> list[Any]:
        return list(self._db.execute(select(*(getattr(table, name) for name in columns))))

    def _by_row(self) -> dict[int, Known]:
        """By the number of the row: the person of the model with the same id, or the same bare name."""
        found: dict[int, Known] = {}
        for row in self._rows(
            Target, "id", "network_id", "handle", "unavailable_at", "merged_into_id"
        ):
            if row.merged_into_id is not None:
                assert (row.network_id, row.handle) == (None, None)
                continue
            fits = (row.network_id, row.handle, row.unavailable_at)
            person = next(
                one
                for one in self._model.people
                if (one.network_id, one.handle, one.gone_at) == fits
            )
            found[row.id] = person
        assert len(found) == len(self._model.people)
        return found

    def _check_acts(self, now: datetime) -> None:
        rows = self._rows(Attempt, "id", "state", "target_id", "held_until", "started_at")
        seen = {
            row.id: (row.state.value, self._people[row.target_id], row.held_until) for row in rows
        }
        assert seen == {act.id: (act.state, act.person, act.held_until) for act in self._model.acts}

    def _check_windows(self, now: datetime) -> None:
        """A row for each scope of whoever is held, and none for anybody else."""
        held: dict[tuple[str, Known, str], datetime] = {}
        for act in self._model.acts:
            if act.held_until is not None and act.held_until > now:
                for scope in act.scopes:
                    key = (scope, act.person, act.action)
                    held[key] = max(act.held_until, held.get(key, act.held_until))
        rows = self._rows(Window, "scope_key", "target_id", "action", "expires_at")
        kept = {
            (row.scope_key, self._people[row.target_id], row.action): row.expires_at
            for row in rows
            if row.expires_at > now
        }
        assert kept == held

    def _check_words(self) -> None:
        names = ("account_id", "target_id", "action", "last_status", "last_ts", "expires_at")
        seen = {
            (row.account_id, self._people[row.target_id], row.action): (
                row.last_status.value,
                row.last_ts,
                row.expires_at,
            )
            for row in self._rows(InteractionLatest, *names)
        }
        assert seen == self._model.words

    def _check_events(self) -> None:
        """What was written stays as it was written, and nothing is left out."""
        columns = [column.key for column in InteractionEvent.__mapper__.column_attrs]
        statement = select(*(getattr(InteractionEvent, name) for name in columns))
        rows = [tuple(row) for row in self._db.execute(statement.order_by(InteractionEvent.id))]
        assert [_frozen(row) for row in rows[: len(self._events)]] == self._events
        place = {name: columns.index(name) for name in columns}
        names = ("status", "account_id", "target_username", "action", "attempt_id")
        fresh = rows[len(self._events) :]
        told = [
            Told(row[place["status"]].value, *(row[place[name]] for name in names[1:]))
            for row in fresh
        ]
        assert Counter(told) == Counter(self._model.told[len(self._events) :])
        self._events += [_frozen(row) for row in fresh]
        self._told_at += [row[place["ts"]] for row in fresh]
        self._check_shown(rows, place)

    def _check_shown(self, rows: list[tuple[Any, ...]], place: dict[str, int]) -> None:
        since = self._model.shown_since
        shown = [
            row
            for row in rows
            if all(
                row[place["ts"]] >= since[key]
                for key in (0, row[place["account_id"]])
                if key in since
            )
        ]
        assert ledger.count_events(self._db, EventFilter(visible_only=True)) == len(shown)

    def _check_doubts(self) -> None:
        """Nobody waits for ever: for an unknown outcome a look is due, or a person is asked."""
        unknown = {act.id for act in self._model.acts if act.state == "unknown"}
        assert ledger.unknowns(self._db).count == len(unknown)
        due = set(self._db.scalars(select(Attempt.id).where(Attempt.next_probe_at.is_not(None))))
        asked = select(InboxItem.subject_id).where(InboxItem.state == ItemState.open)
        asked_about = set(self._db.scalars(asked))
        assert due | asked_about == unknown

    def _check_answers(self, now: datetime) -> None:
        """`check` says of everybody what the model says, and `why` what was decided last."""
        model = self._model
        handles = [one.handle for one in model.people if one.handle is not None] + ["stranger"]
        for worker in model.workers:
            account = accounts.get(self._db, worker.id)
            for action in ACTIONS:
                answers = ledger.check(
                    self._db, account, action, handles, settings=model.settings, now=now
                )
                allowed = {one.target for one in answers if one.allowed}
                expected = {
                    handle
                    for handle in handles
                    if model.no(worker, model.called(handle), handle, action, now) is None
                }
                assert allowed == expected, f"account {worker.id}, {action}"
        if self._decision is not None:
            account_id, handle, action, kind = self._decision
            last = ledger.why(self._db, account_id, handle, action=action, limit=1)[0]
            assert (last.verdict == "engaged") is (kind is None)
            self._decision = None

    def _check_limits(self, now: datetime) -> None:
        for worker in self._model.workers:
            uses = ledger.limits(self._db, worker.id, settings=self._model.settings, now=now)
            for action in ACTIONS:
                used = (
                    self._model.used(worker.id, action, now - timedelta(hours=1)),
                    self._model.used(worker.id, action, now - timedelta(days=1)),
                )
                assert (uses[action].used_hour, uses[action].used_day) == used


def _frozen(row: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple(repr(value) if isinstance(value, dict) else value for value in row)
