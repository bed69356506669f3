"""A proxy of many accounts goes down in the middle of their work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Health
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.alerts import service as alerts
from retinue.capabilities.alerts.models import Alert, AlertKind, AlertState
from retinue.capabilities.alerts.schemas import AlertFilter
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.models import Proxy
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import NotAvailable
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import BatchItem
from retinue.drivers.network.protocol import Credentials, Egress, PhaseHook
from retinue.drivers.network.sandgram import SandgramLine, SandgramNetwork
from retinue.foundation.clock import SystemClock
from retinue.workflows.engagement import service as engagement
from retinue.workflows.proxy_watch import service
from tests.factories.crew import ACTOR, HASTY, Crew


@dataclass
class Fleet:
    """Accounts that share one way out."""

    crew: Crew
    members: Sequence[Account]
    made: dict[str, Any]
    proxy_id: int
    tasks: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, crew: Crew, number: int) -> Fleet:
        first, *others = [crew.account() for _ in range(number)]
        made = crew.give_proxy(first)
        proxy_id = crew.now(first).proxy_id
        assert proxy_id is not None
        with crew.runtime.database.writing() as db:
            for other in others:
                change = AccountChange(proxy=proxy_id)
                accounts.change(db, other.id, change, actor=ACTOR, now=crew.clock.now())
        return cls(crew, [first, *others], made, proxy_id)

    def trouble(self, kind: str) -> None:
        self.crew.sandgram.trouble(self.made, kind)

    def ask(self, kind: TaskType = TaskType.validate_account, *, each: int = 1) -> str:
        items = [BatchItem(account_id=member.id) for member in self.members for _ in range(each)]
        return self.crew.ask_batch(kind, *items)

    def watch(self) -> None:
        service.watch(self.crew.runtime, self.crew.open_network)

    def proxy(self) -> Proxy:
        with self.crew.runtime.database.reading() as db:
            return proxies.get(db, self.proxy_id)

    def alerts(self) -> Sequence[Alert]:
        with self.crew.runtime.database.reading() as db:
            return alerts.page(db, AlertFilter(kind=AlertKind.proxy_down))

    def seen_from(self) -> set[str]:
        """The addresses at which the network has seen the accounts."""
        return {
            str(one["source"])
            for member in self.members
            for one in self.crew.sandgram.control.get(f"/accounts/{member.login}/logins").json()[
                "items"
            ]
        }

    def check_is_never_direct(self) -> None:
        assert self.seen_from() <= {self.made["exit"]}


@pytest.fixture
def fleet(crew: Crew) -> Fleet:
    return Fleet.of(crew, 10)


class TestProxyDown:
    def test_fifty_tasks_wait_with_a_reason_one_alert_tells_and_all_goes_on_by_itself(
        self, fleet: Fleet
    ) -> None:
        crew = fleet.crew
        fleet.ask()
        crew.work()
        assert fleet.seen_from() == {fleet.made["exit"]}
        fleet.trouble("down")
        batch = fleet.ask(each=5)
        for _ in range(12):
            crew.work()
            crew.pass_time(seconds=20)
            fleet.watch()
        (alert,) = fleet.alerts()
        assert (alert.key, alert.state) == (f"proxy:{fleet.proxy_id}", AlertState.open)
        assert "10 accounts wait for it" in alert.message
        assert str(fleet.made["password"]) not in f"{alert.message}{alert.details}"
        left = [task for task in crew.of_batch(batch) if task.status is not TaskStatus.completed]
        assert len(left) >= 40
        waiting = [task for task in left if task.waiting_for is WaitingFor.proxy]
        others = {task.waiting_for for task in left if task not in waiting}
        assert others <= {WaitingFor.retry, WaitingFor.account_busy}, others
        assert len(waiting) >= 35
        assert all(f"Proxy {fleet.proxy_id} is down since" in str(t.waiting_why) for t in waiting)
        fleet.check_is_never_direct()

        fleet.trouble("none")
        for _ in range(40):
            crew.pass_time(seconds=60)
            fleet.watch()
            crew.work()
        (alert,) = fleet.alerts()
        assert alert.state is AlertState.resolved
        assert {task.status for task in crew.of_batch(batch)} == {TaskStatus.completed}
        assert {crew.now(member).health for member in fleet.members} == {Health.ok}
        assert fleet.seen_from() == {fleet.made["exit"]}

    def test_the_control_that_goes_out_directly_is_seen(self, fleet: Fleet) -> None:
        fleet.trouble("down")

        class Careless(SandgramNetwork):
            def open(
                self,
                credentials: Credentials,
                *,
                egress: Egress | None = None,
                user_agent: str | None = None,
                on_phase: PhaseHook | None = None,
            ) -> SandgramLine:
                return super().open(credentials, user_agent=user_agent, on_phase=on_phase)

        network = Careless(fleet.crew.sandgram.url, clock=SystemClock(), patience=HASTY)
        line = engagement.open_line(
            engagement.Doors(
                fleet.crew.runtime.database,
                fleet.crew.runtime.sealer,
                fleet.crew.clock,
                engagement.of_nobody("retinue"),
            ),
            lambda _: network,
            fleet.members[0].id,
        )
        line.log_in()
        line.close()
        with pytest.raises(AssertionError):
            fleet.check_is_never_direct()

    def test_a_moments_trouble_opens_the_circuit_and_tells_nobody(self, fleet: Fleet) -> None:
        with fleet.crew.runtime.database.writing() as db:
            for _ in range(3):
                proxies.note_failure(db, fleet.proxy_id, "a moment", now=fleet.crew.clock.now())
        assert fleet.proxy().down_since is not None
        fleet.watch()
        assert (fleet.proxy().down_since, fleet.alerts()) == (None, [])

    def test_a_proxy_that_wants_another_password_is_down_too(self, fleet: Fleet) -> None:
        fleet.trouble("refuse")
        fleet.ask()
        for _ in range(4):
            fleet.crew.work()
            fleet.crew.pass_time(seconds=20)
            fleet.watch()
        (alert,) = fleet.alerts()
        assert "refused the user name or the password" in alert.message
        assert fleet.seen_from() == set()

    def test_an_alert_of_a_proxy_that_was_removed_is_resolved(self, fleet: Fleet) -> None:
        fleet.trouble("down")
        with fleet.crew.runtime.database.writing() as db:
            for _ in range(3):
                proxies.note_failure(db, fleet.proxy_id, "gone", now=fleet.crew.clock.now())
        fleet.watch()
        assert [one.state for one in fleet.alerts()] == [AlertState.open]
        with fleet.crew.runtime.database.writing() as db:
            now = fleet.crew.clock.now()
            for member in fleet.members:
                accounts.change(db, member.id, AccountChange(proxy=None), actor=ACTOR, now=now)
            proxies.remove(db, fleet.proxy_id, actor=ACTOR, now=now)
        fleet.watch()
        assert [one.state for one in fleet.alerts()] == [AlertState.resolved]

    def test_no_session_is_started_through_it(self, fleet: Fleet) -> None:
        account, now = fleet.members[0], fleet.crew.clock.now()
        with fleet.crew.runtime.database.writing() as db:
            for _ in range(3):
                proxies.note_failure(db, fleet.proxy_id, "gone", now=now)
            with pytest.raises(NotAvailable, match="is down since") as refused:
                sessions.request_start(
                    db,
                    accounts.get(db, account.id),
                    requested_by=ACTOR,
                    timeout=timedelta(hours=1),
                    now=now,
                )
        assert refused.value.facts["reason"] == "proxy_down"
