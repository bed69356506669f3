"""What can begin is taken together with its account; what cannot waits, and is told why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.tasks.models import LOOK_UPS, NO_LANE, Priority, TaskType
from retinue.capabilities.tasks.repository import facts, queue
from retinue.capabilities.tasks.repository.queue import Start
from retinue.capabilities.tasks.rules import waiting
from retinue.capabilities.tasks.rules.priorities import Room
from retinue.capabilities.tasks.rules.waiting import Hopeless, Wait
from retinue.capabilities.tasks.schemas import ClaimedTask
from retinue.capabilities.tasks.service import telling
from retinue.capabilities.tasks.service.choosing import Choice, Chosen
from retinue.foundation.clock import real
from retinue.foundation.leases import service as leases

LEASE = timedelta(seconds=30)
_SOON = timedelta(seconds=5)
_TRIES = 3
"""So often a look-up chooses another worker account when somebody else was faster; then it waits."""


class Taking:
    """One claim on its way. What waits is written at once, so that the next look passes it."""

    def __init__(self, db: Session, *, holder: str, now: datetime, room: Room) -> None:
        self.room = room
        self._db = db
        self._holder = holder
        self._now = now
        self._choice: Choice | None = None
        self._of_lane: Counter[tuple[str, int, TaskType]] = Counter()
        self._taken: dict[str, tuple[Any, Chosen, int | None]] = {}

    def take(self, rows: Sequence[Any]) -> int:
        """Take what can begin; say how many had to be put aside, so that others stand in their place now."""
        parked: list[dict[str, Any]] = []
        hopeless: list[tuple[Any, Hopeless]] = []
        left, tries = list(rows), 0
        while left:
            lost, no_room = self._take_once(left, parked, hopeless)
            if not lost:
                break
            tries += 1
            again = [row for row in lost if tries < _TRIES and _may_go_elsewhere(row)]
            parked += [_parked(row, self._held_meanwhile(row)) for row in lost if row not in again]
            left = again + no_room
        if parked:
            queue.park(self._db, parked)
        if hopeless:
            telling.fail_unbegun(self._db, hopeless, now=self._now)
        return len(parked) + len(hopeless)

    def _take_once(
        self,
        rows: Sequence[Any],
        parked: list[dict[str, Any]],
        hopeless: list[tuple[Any, Hopeless]],
    ) -> tuple[list[Any], list[Any]]:
        """Whose accounts somebody else has taken while this was decided, and for what there was no room."""
        if any(_needs_account(row) for row in rows):
            self._choice = self._choice or Choice(self._db, now=self._now)
            self._choice.look_at(rows)
        begun: list[tuple[Any, Chosen]] = []
        no_room: list[Any] = []
        for row in rows:
            if not self.room.admits(row.type):
                no_room.append(row)
                continue
            chosen = self._choice.judge(row) if self._choice and _needs_account(row) else Chosen()
            if isinstance(chosen, Wait):
                parked.append(_parked(row, chosen))
            elif isinstance(chosen, Hopeless):
                hopeless.append((row, chosen))
            else:
                self.room.take(row.type)
                if self._choice is not None:
                    self._choice.note_taken(chosen)
                begun.append((row, chosen))
        return self._check_out(begun), no_room

    def _check_out(self, begun: Sequence[tuple[Any, Chosen]]) -> list[Any]:
        """Lease the accounts of all of them at once; say whose could not be had."""
        wanted = {
            accounts.lease_key(chosen.busy): lease_holder(row.id)
            for row, chosen in begun
            if chosen.busy is not None
        }
        held = leases.acquire_many(self._db, wanted, ttl=LEASE, now=self._now) if wanted else {}
        lost: list[Any] = []
        for row, chosen in begun:
            fence: int | None = None
            if chosen.busy is not None:
                lease = held.get(accounts.lease_key(chosen.busy))
                if lease is None:
                    lost.append(row)
                    self.room.put_back(row.type)
                    if self._choice is not None:
                        self._choice.note_lost(chosen)
                    continue
                fence = lease.fence
            self._of_lane[row.batch_id or NO_LANE, row.priority, row.type] += 1
            self._taken[row.id] = row, chosen, fence
        return lost

    def _held_meanwhile(self, row: Any) -> Wait:
        account_id = row.worker_wish if row.type in LOOK_UPS else row.account_id
        if account_id is None:
            return waiting.taken_meanwhile("Every worker account that was free", now=self._now)
        lease = leases.holder_of(self._db, accounts.lease_key(account_id), now=self._now)
        until = lease.expires_at if lease else None
        name = self._choice.name_of(account_id) if self._choice else "The account"
        return waiting.taken_meanwhile(name, until=until, now=self._now)

    @property
    def number(self) -> int:
        return len(self._taken)

    def number_of(self, lane: str, priority: Priority, types: Collection[TaskType]) -> int:
        """How many were taken so far of these types in that lane."""
        return sum(self._of_lane[lane, priority, one] for one in types)

    def leaves_high_waiting(self, types: Collection[TaskType]) -> bool:
        """Whether something of priority 1 that is not among what was taken will need a place soon."""
        limit = len(self._taken) + 1
        waiting = queue.due_high(self._db, types, before=self._now + _SOON, limit=limit)
        return bool(waiting - self._taken.keys())

    def written(self) -> list[ClaimedTask]:
        if not self._taken:
            return []
        until = self._now + real(LEASE)
        plain = [key for key, (_, chosen, _) in self._taken.items() if chosen.busy is None]
        starts = [
            Start(key, busy=chosen.busy, worker=chosen.worker, held_under=fence)
            for key, (_, chosen, fence) in self._taken.items()
            if chosen.busy is not None and fence is not None
        ]
        if plain:
            queue.start(self._db, plain, holder=self._holder, now=self._now, until=until)
        if starts:
            queue.start_with_accounts(
                self._db, starts, holder=self._holder, now=self._now, until=until
            )
        uses = [_use(row.id, chosen, self._now) for row, chosen, _ in self._taken.values()]
        if drawn := [use for use in uses if use is not None]:
            facts.add_uses(self._db, drawn)
        if workers := {one.worker for _, one, _ in self._taken.values() if one.worker is not None}:
            facts.note_look_ups(self._db, workers, now=self._now)
        batches = {row.batch_id for row, _, _ in self._taken.values() if row.batch_id}
        if batches:
            queue.mark_served(self._db, batches, now=self._now)
        claimed = [self._claimed(*one) for one in self._taken.values()]
        telling.began(self._db, claimed, now=self._now)
        return claimed

    def _claimed(self, row: Any, chosen: Chosen, fence: int | None) -> ClaimedTask:
        return ClaimedTask(
            id=row.id,
            type=row.type,
            account_id=row.account_id,
            worker_account_id=chosen.worker,
            params=row.params,
            fence=row.fence + 1,
            holder=self._holder,
            attempts=row.attempts + 1,
            batch_id=row.batch_id,
            due_at=row.due_at,
            retries=row.retries,
            backoff_step=row.backoff_step,
            account_fence=fence,
            started_at=self._now,
        )


def lease_holder(task_id: str) -> str:
    """As whom a task holds the lease of its account."""
    return f"task:{task_id}"


def _needs_account(row: Any) -> bool:
    return row.account_id is not None or row.type in LOOK_UPS


def _may_go_elsewhere(row: Any) -> bool:
    return row.type in LOOK_UPS and row.worker_wish is None


def _parked(row: Any, wait: Wait) -> dict[str, Any]:
    return {
        "task": row.id,
        "what": wait.waiting_for,
        "until": wait.until,
        "why": wait.why[:255],
        "look_at": wait.look_at,
    }


def _use(task_id: str, chosen: Chosen, now: datetime) -> dict[str, Any] | None:
    if chosen.operation is None:
        return None
    return {
        "operation": chosen.operation.value,
        "account_id": chosen.busy,
        "task_id": task_id,
        "at": now,
    }
