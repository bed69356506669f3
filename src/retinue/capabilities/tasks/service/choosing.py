"""Whether a task that is due can begin, and which account does it."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import AccountKind
from retinue.capabilities.safety import service as safety
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks.models import LOOK_UPS, TaskType, WaitingFor
from retinue.capabilities.tasks.repository import facts as repository
from retinue.capabilities.tasks.rules import budgets, waiting
from retinue.capabilities.tasks.rules.budgets import Budgets, Operation, Used
from retinue.capabilities.tasks.rules.waiting import AccountFacts, Hopeless, Wait

_WORKERS = 5000
_NONE_FIRST = 0.0


@dataclass(frozen=True, slots=True)
class Chosen:
    """Who does it: `busy` is the account that works, `worker` the same where it looks up for somebody else."""

    busy: int | None = None
    worker: int | None = None
    operation: Operation | None = None


class Choice:
    """
    What is known at one moment about the accounts of the tasks that are looked at, read in
    as few questions as there are kinds of facts. Whatever is chosen counts from then on.
    """

    def __init__(self, db: Session, *, now: datetime) -> None:
        self._db = db
        self._now = now
        self._settings = settings.current(db)
        self._budgets = budgets.in_force(self._settings)
        self._pauses = {pause.key: pause.reason for pause in safety.pauses(db)}
        self._facts: dict[int, AccountFacts] = {}
        self._used: dict[tuple[Operation, int], list[Used]] = {}
        self._used_by_all: dict[Operation, Used] = {}
        self._workers: list[int] | None = None
        self._idle: list[tuple[float, int]] | None = None
        """A heap of those that were free when the claim began, whoever has been idle for longest first."""
        self._no_worker: Wait | None = None

    def look_at(self, rows: Sequence[Any]) -> None:
        """Read what has to be known of the accounts of these tasks."""
        ids = {row.account_id for row in rows if row.type not in LOOK_UPS} | {
            row.worker_wish for row in rows if row.type in LOOK_UPS
        }
        missing = {one for one in ids if one is not None} - self._facts.keys()
        if missing:
            for row in repository.of_accounts(self._db, missing, now=self._now):
                self._facts[row.id] = facts_in(row)
        followers = {r.account_id for r in rows if r.type is TaskType.follow and r.account_id}
        self._read_uses(Operation.follow, followers)
        if any(row.type in LOOK_UPS for row in rows):
            self._look_at_workers()
            wished = {r.worker_wish for r in rows if r.type in LOOK_UPS and r.worker_wish}
            self._read_uses(Operation.look_up, wished)

    def judge(self, row: Any) -> Chosen | Wait | Hopeless:
        if row.type in LOOK_UPS:
            return self._paused(None) or self._look_up(row)
        if row.account_id is None:
            return Chosen()
        operation = budgets.operation_of(row.type)
        stop = self._paused(row.type) or self._of_account(row)
        if stop is None and operation is not None:
            stop = self._spent(operation, row.account_id)
        return stop or Chosen(busy=row.account_id, operation=operation)

    def note_taken(self, chosen: Chosen) -> None:
        if chosen.busy is None:
            return
        self.note_held(chosen.busy)
        if chosen.operation is not None:
            key = (chosen.operation, chosen.busy)
            self._used[key] = [one.and_one(self._now) for one in self._used[key]]
            if (of_all := self._used_by_all.get(chosen.operation)) is not None:
                self._used_by_all[chosen.operation] = of_all.and_one(self._now)

    def note_held(self, account_id: int) -> None:
        self._facts[account_id] = replace(self._facts[account_id], is_busy=True)

    def busy(self, account_id: int, *, until: datetime | None) -> Wait:
        """Somebody else has taken the account meanwhile."""
        name = self._facts[account_id].account.account_no
        look_at = self._now + waiting.BUSY_LOOK
        return Wait(WaitingFor.account_busy, until, f"{name} is held by somebody else.", look_at)

    def _paused(self, type: TaskType | None) -> Wait | None:  # noqa: A002 - the word of the contract
        action = "follow" if type is TaskType.follow else None
        for key in safety.pause_keys(action):
            if key in self._pauses:
                denial = safety.pause_denial(key, self._pauses[key])
                return waiting.all_paused(denial.message, now=self._now)
        return None

    def _of_account(self, row: Any) -> Wait | Hopeless | None:
        known = self._facts.get(row.account_id)
        if known is None:
            return Hopeless("account_not_found", f"There is no account {row.account_id} any more.")
        return waiting.of_type(
            known,
            row.type,
            engage_before_warm_up=self._settings.engage_before_warm_up,
            now=self._now,
        )

    def _spent(self, operation: Operation, account_id: int) -> Wait | None:
        until = self._free_at(operation, account_id)
        if until is not None and until <= self._now:
            return None
        name = self._facts[account_id].account.account_no
        why = f"{name} has used up its budget: {self._budgets[operation].in_words}."
        return waiting.budget_spent(until, why, now=self._now)

    def _free_at(self, operation: Operation, account_id: int) -> datetime | None:
        rules = self._budgets[operation]
        used = self._used[operation, account_id]
        return budgets.free_at(used, rules.of_account, apart=rules.apart, now=self._now)

    def _look_up(self, row: Any) -> Chosen | Wait | Hopeless:
        if (spent := self._spent_by_all(Operation.look_up)) is not None:
            return spent
        if row.worker_wish is not None:
            known = self._facts.get(row.worker_wish)
            if known is None:
                return Hopeless("account_not_found", "The worker account is gone.")
            stop = waiting.why_not_looking(known, now=self._now) or self._spent(
                Operation.look_up, row.worker_wish
            )
            worker = row.worker_wish
            if stop is not None:
                return stop
        else:
            found = self._free_worker(preferred=row.worker_account_id)
            if isinstance(found, Wait):
                return found
            worker = found
        return Chosen(busy=worker, worker=worker, operation=Operation.look_up)

    def _free_worker(self, *, preferred: int | None) -> int | Wait:
        """The worker that began it where that is free, else the one that has been idle for longest."""
        if self._idle is None:
            self._sort_workers()
        idle = self._idle or []
        known = None if preferred is None else self._facts.get(preferred)
        if preferred is not None and known is not None and known.account.kind is AccountKind.worker:
            may = waiting.may_look_up(known, now=self._now)
            if may and self._stop_of_worker(preferred) is None:
                return preferred
        while idle:
            _, worker = idle[0]
            if self._stop_of_worker(worker) is None:
                return worker
            # Taken since; within one claim nobody comes back.
            heapq.heappop(idle)
        if self._no_worker is None:
            stops = [
                stop
                for worker in self._workers or ()
                if waiting.may_look_up(self._facts[worker], now=self._now)
                and (stop := self._stop_of_worker(worker)) is not None
            ]
            rules = self._budgets[Operation.look_up].in_words
            self._no_worker = waiting.of_workers(stops, budget=rules, now=self._now)
        return self._no_worker

    def _sort_workers(self) -> None:
        self._idle = []
        for worker in self._workers or ():
            if not waiting.may_look_up(self._facts[worker], now=self._now):
                continue
            if self._stop_of_worker(worker) is None:
                last = self._used[Operation.look_up, worker][0].last
                self._idle.append((last.timestamp() if last else _NONE_FIRST, worker))
        heapq.heapify(self._idle)

    def _stop_of_worker(self, worker: int) -> Wait | Hopeless | None:
        stop = waiting.why_not_looking(self._facts[worker], now=self._now)
        return stop or self._spent(Operation.look_up, worker)

    def _spent_by_all(self, operation: Operation) -> Wait | None:
        budget = self._budgets[operation].of_all
        if budget is None:
            return None
        used = self._used_by_all[operation]
        until = budgets.free_at([used], [budget], apart=timedelta(0), now=self._now)
        if until is not None and until <= self._now:
            return None
        why = f"All accounts together have used up their budget: {budget.in_words}."
        return waiting.budget_spent(until, why, now=self._now)

    def _look_at_workers(self) -> None:
        if self._workers is not None:
            return
        rows = repository.of_workers(self._db, now=self._now, limit=_WORKERS)
        self._workers = [row.id for row in rows]
        self._read_uses_of_all(Operation.look_up)
        for row in rows:
            self._facts.setdefault(row.id, facts_in(row))
        self._read_uses(Operation.look_up, set(self._workers))

    def _read_uses_of_all(self, operation: Operation) -> None:
        budget = self._budgets[operation].of_all
        if budget is not None:
            since = self._now - budget.span
            row = repository.used_by_all(self._db, operation, since=since)
            self._used_by_all[operation] = Used(row.number, row.oldest, row.last)

    def _read_uses(self, operation: Operation, account_ids: set[int]) -> None:
        missing = {one for one in account_ids if (operation, one) not in self._used}
        if not missing:
            return
        rules: Budgets = self._budgets[operation]
        for one in missing:
            self._used[operation, one] = []
        for budget in rules.of_account:
            since = self._now - budget.span
            rows = repository.used_by(self._db, operation, missing, since=since)
            for one in missing:
                row = rows.get(one)
                used = Used(row.number, row.oldest, row.last) if row else Used()
                self._used[operation, one].append(used)


def facts_in(row: Any) -> AccountFacts:
    return AccountFacts(
        account=row,
        is_persona_paused=row.persona_paused_at is not None,
        backoff_until=row.backoff_until,
        cooldown_until=row.cooldown_until,
        holder=row.holder,
        held_until=row.held_until,
        is_busy=bool(row.is_busy),
    )
