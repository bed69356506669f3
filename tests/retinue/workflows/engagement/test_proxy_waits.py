"""A session whose proxy goes down: it waits, says so, and goes on when the proxy is up."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from pydantic import SecretStr

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health
from retinue.capabilities.accounts.schemas import AccountChange
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.proxies.schemas import CheckedProxy, ProxyCreate
from retinue.capabilities.sessions.models import SessionStatus
from retinue.drivers.errors import FailureClass, ProxyFailed
from retinue.foundation.clock import ManualClock
from tests.retinue.workflows.engagement.conftest import OPEN_FOLLOWERS, SEALER, Engagement

WORKS = CheckedProxy(ok=True, message="out at 10.0.0.1")
HOUR = timedelta(hours=1)


@pytest.fixture
def proxy_id(work: Engagement) -> int:
    wanted = ProxyCreate(host="way.example", port=8080, username="u", password=SecretStr("p"))
    with work.database.writing() as db:
        now = work.clock.now()
        proxy = proxies.add(db, SEALER, wanted, actor="a test", now=now)
        change = AccountChange(proxy=proxy.id)
        accounts.change(db, work.account.id, change, actor="a test", now=now)
        return proxy.id


def break_calls(work: Engagement, action: str, *, times: int) -> None:
    for _ in range(times):
        work.network.fail_next(
            action, ProxyFailed(FailureClass.transient, message="the proxy cannot be reached")
        )


class Mended(ManualClock):
    """Time passes in sleeps only; after so many minutes of them the proxy is found up."""

    def __init__(self, work: Engagement, proxy_id: int, *, after: timedelta) -> None:
        super().__init__(work.clock.now())
        self._work, self._proxy_id = work, proxy_id
        self._up_at = self.now() + after
        self.told: list[str] = []

    def sleep(self, seconds: float, *, until: threading.Event | None = None) -> bool:
        is_woken = super().sleep(seconds, until=until)
        self.told.append(self._work.progress.told().last_error or "")
        if self.now() >= self._up_at:
            with self._work.database.writing() as db:
                proxies.note_check(db, self._proxy_id, WORKS, now=self.now())
        return is_woken


class TestSession:
    def test_it_waits_with_a_reason_and_goes_on(self, work: Engagement, proxy_id: int) -> None:
        work.clock = clock = Mended(work, proxy_id, after=20 * timedelta(minutes=1))
        break_calls(work, "profile", times=3)
        ending = work.run()
        assert ending.status is SessionStatus.completed, ending
        assert len(work.done) == OPEN_FOLLOWERS
        assert any(f"waiting: Proxy {proxy_id} is down since" in one for one in clock.told)
        with work.database.reading() as db:
            assert accounts.get(db, work.account.id).health is Health.ok

    def test_after_an_hour_it_ends_and_says_why(self, work: Engagement, proxy_id: int) -> None:
        began = work.clock.now()
        break_calls(work, "profile", times=3)
        ending = work.run()
        assert ending.status is SessionStatus.failed
        assert f"Proxy {proxy_id} is down since" in ending.reason
        assert HOUR <= work.clock.now() - began < 2 * HOUR
        assert work.done == []

    def test_a_single_failure_is_tried_again(self, work: Engagement, proxy_id: int) -> None:
        break_calls(work, "log_in", times=1)
        break_calls(work, "profile", times=1)
        assert work.run().status is SessionStatus.completed
        assert len(work.done) == OPEN_FOLLOWERS
        with work.database.reading() as db:
            assert proxies.get(db, proxy_id).failures == 2

    def test_one_that_fails_whenever_it_is_up_ends_it(
        self, work: Engagement, proxy_id: int
    ) -> None:
        work.clock = Mended(work, proxy_id, after=timedelta(0))
        break_calls(work, "profile", times=50)
        ending = work.run()
        assert ending.status is SessionStatus.failed
        assert "the proxy cannot be reached" in ending.reason
