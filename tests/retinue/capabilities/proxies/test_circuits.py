from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from retinue.capabilities.proxies import service
from retinue.capabilities.proxies.errors import ProxyDown
from retinue.capabilities.proxies.models import Proxy
from retinue.capabilities.proxies.schemas import CheckedProxy, ProxyCreate
from retinue.foundation.jobs.models import Job
from retinue.foundation.sealing import Sealer

SEALER = Sealer.of(bytes(range(32)))
BROKEN = CheckedProxy(ok=False, message="it cannot be reached")
WORKS = CheckedProxy(ok=True, message="out at 10.0.0.1", exit_address="10.0.0.1")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def proxy(db: Session, noon: datetime) -> Proxy:
    wanted = ProxyCreate(host="way.example", port=8080)
    return service.add(db, SEALER, wanted, actor="a test", now=noon)


def fail(db: Session, proxy: Proxy, *, times: int, now: datetime) -> None:
    for _ in range(times):
        service.note_failure(db, proxy.id, "it cannot be reached", now=now)


class TestCircuit:
    def test_three_failures_in_a_row_open_it(
        self, db: Session, proxy: Proxy, noon: datetime
    ) -> None:
        fail(db, proxy, times=2, now=noon)
        service.check_is_up(db, proxy.id)
        fail(db, proxy, times=1, now=noon + MINUTE)
        with pytest.raises(ProxyDown, match="is down since") as refused:
            service.check_is_up(db, proxy.id)
        assert refused.value.facts["since"] == noon + MINUTE
        assert db.scalars(select(Job.name)).all() == [service.WATCH]

    def test_failures_that_lie_far_apart_do_not(
        self, db: Session, proxy: Proxy, noon: datetime
    ) -> None:
        for number in range(9):
            fail(db, proxy, times=1, now=noon + number * 11 * MINUTE)
        service.check_is_up(db, proxy.id)

    def test_a_check_that_succeeds_forgets_the_failures_before(
        self, db: Session, proxy: Proxy, noon: datetime
    ) -> None:
        fail(db, proxy, times=2, now=noon)
        service.note_check(db, proxy.id, WORKS, now=noon)
        fail(db, proxy, times=2, now=noon)
        service.check_is_up(db, proxy.id)

    def test_while_it_is_open_only_checks_count_and_they_become_rarer(
        self, db: Session, proxy: Proxy, noon: datetime
    ) -> None:
        fail(db, proxy, times=500, now=noon)
        assert (proxy.failures, service.is_confirmed(proxy)) == (3, False)
        waits = []
        for _ in range(8):
            service.note_check(db, proxy.id, BROKEN, now=noon)
            assert proxy.retry_at is not None
            waits.append((proxy.retry_at - noon).total_seconds())
        assert waits == [10, 20, 40, 60, 120, 300, 300, 300]
        assert service.is_confirmed(proxy)

    def test_a_check_that_succeeds_closes_it(
        self, db: Session, proxy: Proxy, noon: datetime
    ) -> None:
        fail(db, proxy, times=3, now=noon)
        assert service.due_checks(db, now=noon, limit=9) == [proxy.id]
        service.note_check(db, proxy.id, BROKEN, now=noon)
        assert service.due_checks(db, now=noon, limit=9) == []
        service.note_check(db, proxy.id, WORKS, now=noon + MINUTE)
        service.check_is_up(db, proxy.id)
        assert (proxy.failures, proxy.retry_at, proxy.check_ok) == (0, None, True)

    def test_of_a_proxy_that_is_gone_nothing_is_written(self, db: Session, noon: datetime) -> None:
        service.note_failure(db, 4711, "it cannot be reached", now=noon)
        assert db.scalars(select(Job)).all() == []
