"""Whether a task that is due can begin, and which account does it."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts.models import AccountKind
from retinue.capabilities.safety import service as safety
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks.models import LOOK_UPS, TaskType
from retinue.capabilities.tasks.repository import facts as repository
from retinue.capabilities.tasks.rules import budgets, waiting
from retinue.capabilities.tasks.rules.budgets import Budgets, Operation, Used
from retinue.capabilities.tasks.rules.waiting import AccountFacts, DownProxy, Hopeless, Wait

_WORKERS = 5000
"""So many are looked at in one claim before it says that none is free."""
_MARGIN = 8
_LARGEST_PAGE = 1000


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
        self._before: dict[tuple[Operation, int], list[Used]] = {}
        self._workers: list[int] | None = None
        """Those that were looked at so far."""
        self._idle: deque[int] = deque()
        """Those of them whose turn has not come, whoever has been idle for longest first."""
        self._page = _MARGIN
        self._last_read: tuple[datetime | None, int] | None = None
        self._has_more_workers = True
        self._no_worker: Wait | None = None

    def look_at(self, rows: Sequence[Any]) -> None:
        """Read what has to be known of the accounts of these tasks."""
        look_ups = [row for row in rows if row.type in LOOK_UPS]
        ids = {row.account_id for row in rows if row.type not in LOOK_UPS}
        ids |= {one for row in look_ups for one in (row.worker_wish, row.worker_account_id)}
        missing = {one for one in ids if one is not None} - self._facts.keys()
        if missing:
            for row in repository.of_accounts(self._db, missing, now=self._now):
                self._facts[row.id] = facts_in(row)
        followers = {r.account_id for r in rows if r.type is TaskType.follow and r.account_id}
        self._read_uses(Operation.follow, followers)
        if look_ups:
            self._look_at_workers(len(look_ups))
            wished = {row.worker_wish for row in look_ups if row.worker_wish}
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
            self._before[key] = self._used[key]
            self._used[key] = [one.and_one(self._now) for one in self._used[key]]
            if (of_all := self._used_by_all.get(chosen.operation)) is not None:
                self._used_by_all[chosen.operation] = of_all.and_one(self._now)

    def note_lost(self, chosen: Chosen) -> None:
        """Somebody else was faster: the account is busy, and nothing was used of anybody's budget."""
        if chosen.busy is None or chosen.operation is None:
            return
        key = (chosen.operation, chosen.busy)
        self._used[key] = self._before[key]
        if (of_all := self._used_by_all.get(chosen.operation)) is not None:
            self._used_by_all[chosen.operation] = of_all.less_one()

    def note_held(self, account_id: int) -> None:
        self._facts[account_id] = replace(self._facts[account_id], is_busy=True)

    def name_of(self, account_id: int) -> str:
        return str(self._facts[account_id].account.account_no)

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
        known = None if preferred is None else self._facts.get(preferred)
        if preferred is not None and known is not None and known.account.kind is AccountKind.worker:
            self._read_uses(Operation.look_up, {preferred})
            if self._can_look_up_now(preferred):
                return preferred
        while self._idle or self._read_more_workers():
            if self._can_look_up_now(self._idle[0]):
                return self._idle[0]
            # Whoever is taken, or cannot, does not come back within one claim.
            self._idle.popleft()
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

    def _can_look_up_now(self, worker: int) -> bool:
        is_fit = waiting.may_look_up(self._facts[worker], now=self._now)
        return is_fit and self._stop_of_worker(worker) is None

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

    def _look_at_workers(self, number: int) -> None:
        """Of ten thousand only as many are read as there may be use for."""
        self._page = max(self._page, number + _MARGIN)
        if self._workers is None:
            self._workers = []
            self._read_uses_of_all(Operation.look_up)

    def _read_more_workers(self) -> bool:
        """Whether there were more."""
        seen = self._workers if self._workers is not None else []
        if not self._has_more_workers or len(seen) >= _WORKERS:
            return False
        limit = min(self._page, _LARGEST_PAGE)
        self._page = limit * 4
        rows = repository.idle_for_longest(self._db, self._last_read, now=self._now, limit=limit)
        self._has_more_workers = len(rows) == limit
        if not rows:
            return False
        self._last_read = rows[-1].looked_up_at, rows[-1].id
        for row in rows:
            self._facts.setdefault(row.id, facts_in(row))
        ids = [row.id for row in rows]
        self._read_uses(Operation.look_up, set(ids))
        seen += ids
        self._idle.extend(ids)
        return True

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
        proxy=None
        if row.proxy_id is None
        else DownProxy(row.proxy_id, row.proxy_down_since, row.proxy_retry_at),
    )
