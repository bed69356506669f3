"""The storm of part 1 on a fleet: orders come over HTTP, and workers and API processes are killed too."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx2

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.sessions.models import EngagementSession
from tests.chaos.storm import Storm
from tests.fixtures.fleet import AWAY, Member, RunningFleet

_KINDS = ("session", "worker", "agent", "api", "session")
_PAUSE = 0.3
"""Seconds between two orders of one operator."""
_ANSWERS = frozenset({200, 201, 409}) | AWAY


@dataclass
class FleetStorm(Storm):
    """The first five kills are one of each kind; then chance decides."""

    fleet: RunningFleet = field(kw_only=True)
    _next: deque[str] = field(default_factory=lambda: deque(_KINDS))

    def order_for_idle(self, rows: Sequence[EngagementSession]) -> None:
        """Others do, over HTTP."""

    def strike(self, rows: Sequence[EngagementSession]) -> None:
        if not self._next:
            self._next.append(self.rng.choice(_KINDS))
        before = self.killed.total()
        self._strike_one(self._next[0], rows)
        if self.killed.total() > before:
            self._next.popleft()
        else:
            self._next.rotate()

    def _strike_one(self, kind: str, rows: Sequence[EngagementSession]) -> None:
        if kind == "worker":
            self._strike_member(kind, self.fleet.workers)
        elif kind == "api":
            self._strike_member(kind, self.fleet.apis)
        elif victims := self.ripe(rows):
            victim = self.rng.choice(victims)
            (self.strike_agent if kind == "agent" else self.strike_session)(victim)

    def _strike_member(self, kind: str, members: Sequence[Member]) -> None:
        one = self.rng.choice(members)
        if one.is_at_work():
            one.kill()
            one.start()
            self.killed[kind] += 1


@dataclass
class Operators:
    """
    People who keep asking over HTTP: for a session of whoever has none, and for one follow after
    the other. Whoever is cut off asks again at the other door; a follow goes under a key.
    """

    fleet: RunningFleet
    accounts: Sequence[Account]
    pairs: Sequence[tuple[Account, str]]
    asked: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Task to login and handle."""
    odd: list[str] = field(default_factory=list)
    """Answers that nobody should get, whatever dies."""
    _stop: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        jobs: list[Callable[[], None]] = [self._ask_for_follows]
        jobs += [lambda one=account: self._keep_at_it(one) for account in self.accounts]  # type: ignore[misc] # mypy cannot type a default of a lambda
        threads = [threading.Thread(target=job) for job in jobs]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self._stop.set()
            for thread in threads:
                thread.join()

    def _keep_at_it(self, account: Account) -> None:
        """That a session runs already is the usual answer."""
        door = 0
        while not self._stop.wait(_PAUSE):
            door += 1
            client = self.fleet.doors.clients[door % len(self.fleet.doors.clients)]
            try:
                answer = client.post("/start_session", json={"account": account.login})
            except httpx2.TransportError:
                continue
            self._look_at(answer)

    def _ask_for_follows(self) -> None:
        for account, handle in self.pairs:
            if self._stop.wait(_PAUSE):
                return
            body = {"type": "follow", "account_id": account.id, "params": {"username": handle}}
            key = f"{account.login} {handle}"
            answer = self.fleet.doors.call("POST", "/api/tasks", key=key, json=body)
            self._look_at(answer)
            if answer.status_code == 201:
                self.asked[answer.json()["id"]] = (account.login, handle)

    def _look_at(self, answer: httpx2.Response) -> None:
        if answer.status_code not in _ANSWERS:
            self.odd.append(f"{answer.request.url.path}: {answer.status_code} {answer.text[:300]}")


def tasks_of(fleet: RunningFleet) -> list[dict[str, Any]]:
    """All that were ever asked for."""
    found: list[dict[str, Any]] = []
    cursor: str | None = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = fleet.doors.get("/api/tasks", limit=200, **more)
        found += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            return found


def waits_for_proof(task: dict[str, Any]) -> bool:
    """It was cut off after its promise, and is not repeated before somebody has looked."""
    return task["status"] == "pending" and "not known" in (task["waiting_why"] or "")
