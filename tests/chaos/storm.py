"""Agents and sessions at work, and somebody who kills them at moments that nobody chose."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from retinue.capabilities.accounts.models import Account
from retinue.capabilities.ledger.models import Attempt
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.service import Author
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import AgentSilent
from retinue.capabilities.sessions.models import (
    OPEN_STATUSES,
    Agent,
    EngagementSession,
    SessionStatus,
)
from retinue.foundation.birth import birth_of, is_same
from retinue.foundation.errors import Refusal
from tests.factories.staging import ENVIRONMENT, House, until

NOTHING: Mapping[str, str] = {}
_AGENT_SHARE = 0.15
_LONGEST_PAUSE = 0.2
_ACTS = (0, 8)
"""How many acts a session has begun when it becomes a victim; drawn for each."""
_PATIENCE = 150.0
"""Seconds for an agent to report on a machine that others keep busy."""
_OLD = 8.0
"""Seconds after which it becomes one whatever it has done."""


class Victim(Protocol):
    """An agent that a storm may kill."""

    name: str

    def start(self) -> None: ...

    def kill(self) -> None: ...

    def has_reported(self) -> bool: ...

    def is_there(self) -> bool: ...


@dataclass
class AgentProcess:
    house: House
    name: str
    data_dir: Path
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        configuration = self.house.runtime.configuration
        self.data_dir.mkdir(mode=0o700, exist_ok=True)
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-m", "tests.chaos.agent_alone", str(self.data_dir)),
                *(configuration.effective_database_url, self.house.sandgram.url, self.name),
            ],
            env={**os.environ, **ENVIRONMENT, **self.environment},
            cwd=self.data_dir,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()

    def has_reported(self) -> bool:
        """This very process, and not the one before it that was killed."""
        with self.house.runtime.database.reading() as db:
            row = db.get(Agent, self.name)
            return row is not None and self.process is not None and row.pid == self.process.pid

    def is_there(self) -> bool:
        with self.house.runtime.database.reading() as db:
            return not sessions.is_agent_silent(db, self.name, now=self.house.runtime.clock.now())


@contextmanager
def agents(
    house: House, *names: str, environment: Mapping[str, str] = NOTHING
) -> Iterator[list[AgentProcess]]:
    """One shares the house's data directory; several have one each, as on several hosts."""
    home = house.runtime.configuration.data_dir
    made = [
        AgentProcess(house, name, home if len(names) == 1 else home / name, environment)
        for name in names
    ]
    try:
        for one in made:
            one.start()
        for one in made:
            until(one.is_there, f"the agent {one.name}", seconds=_PATIENCE)
        yield made
    finally:
        for one in made:
            one.kill()


@dataclass
class Storm:
    house: House
    rng: random.Random
    accounts: Sequence[Account]
    agents: Sequence[Victim]
    killed: Counter[str] = field(default_factory=Counter)
    _patience: dict[str, int] = field(default_factory=dict)
    _dead: set[str] = field(default_factory=set)
    """Killed by us: until it is buried its process can still be found."""

    def rage(self, kills: int) -> None:
        """Until so many have been killed; whoever has no session is given one."""
        while self.killed.total() < kills:
            self.house.runtime.clock.sleep(self.rng.uniform(0.0, _LONGEST_PAUSE))
            with suppress(SQLAlchemyError):
                rows = self.open_rows()
                self.order_for_idle(rows)
                self.strike(rows)

    def open_rows(self) -> list[EngagementSession]:
        with self.house.runtime.database.reading() as db:
            return [row for agent in self.agents for row in sessions.watched(db, agent.name)]

    def order_for_idle(self, rows: Sequence[EngagementSession]) -> None:
        busy = {row.account_id for row in rows}
        for account in self.accounts:
            if account.id not in busy:
                with suppress(Refusal):
                    self.house.order(account)

    def strike(self, rows: Sequence[EngagementSession]) -> None:
        victims = self.ripe(rows)
        if not victims:
            return
        victim = self.rng.choice(victims)
        if self.rng.random() < _AGENT_SHARE:
            self.strike_agent(victim)
        else:
            self.strike_session(victim)

    def strike_agent(self, victim: EngagementSession) -> None:
        agent = next(one for one in self.agents if one.name == victim.agent)
        if agent.has_reported():
            agent.kill()
            agent.start()
            self.killed["agent"] += 1

    def strike_session(self, victim: EngagementSession) -> None:
        assert victim.pid is not None
        with suppress(ProcessLookupError):
            os.kill(victim.pid, signal.SIGKILL)
            self.killed["session"] += 1
            self._dead.add(victim.id)

    def ripe(self, rows: Sequence[EngagementSession]) -> list[EngagementSession]:
        acts = self._acts_of(rows)
        return [row for row in rows if self._is_ripe(row, acts[row.id])]

    def _acts_of(self, rows: Sequence[EngagementSession]) -> Counter[str | None]:
        wanted = Attempt.session_id.in_([row.id for row in rows])
        with self.house.runtime.database.reading() as db:
            return Counter(db.scalars(select(Attempt.session_id).where(wanted)))

    def _is_ripe(self, row: EngagementSession, acts: int) -> bool:
        if row.status is not SessionStatus.running or row.pid is None or row.started_at is None:
            return False
        if row.id in self._dead:
            return False
        birth = birth_of(row.pid)
        if birth is None or row.pid_birth is None or not is_same(birth, row.pid_birth):
            # Dead, and not buried yet; the number may be somebody else's by now.
            return False
        age = (self.house.runtime.clock.now() - row.started_at).total_seconds()
        return age > _OLD or acts >= self._patience.setdefault(row.id, self.rng.randint(*_ACTS))

    def calm(self) -> None:
        """Nobody is killed any more: what is open is asked to end, and ends."""
        runtime = self.house.runtime
        for agent in self.agents:
            until(agent.is_there, f"the agent {agent.name}", seconds=_PATIENCE)
        for account in self.accounts:
            with suppress(Refusal), runtime.database.writing() as db:
                sessions.request_stop(db, account, requested_by="a test", now=runtime.clock.now())
        until(lambda: not self.open_rows(), "the end of all sessions", seconds=_PATIENCE)

    def finish(self, plan: str) -> None:
        """Each account carries out `plan` to its end, in peace."""
        runtime = self.house.runtime
        for account in self.accounts:
            with runtime.database.writing() as db:
                plans.save(db, account, plan, author=Author("a test"), now=runtime.clock.now())
        ordered = [self.order_patiently(account) for account in self.accounts]
        for one in ordered:
            until(lambda one=one: self._is_over(one.id), "the last session", seconds=_PATIENCE)  # type: ignore[misc] # mypy cannot type a default of a lambda
            ended = self.house.session(one.id)
            assert ended.status is SessionStatus.completed, ended.last_error

    def order_patiently(self, account: Account) -> EngagementSession:
        """An agent may be silent for a while where the machine is busy with others."""
        deadline = self.house.runtime.clock.monotonic() + _PATIENCE
        while True:
            try:
                return self.house.order(account)
            except AgentSilent:
                assert self.house.runtime.clock.monotonic() < deadline, "every agent is silent"
                self.house.runtime.clock.sleep(0.2)

    def _is_over(self, session_id: str) -> bool:
        return self.house.session(session_id).status not in OPEN_STATUSES
