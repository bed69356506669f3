from __future__ import annotations

from pathlib import Path

import pytest

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.accounts.schemas import AccountCreate
from retinue.capabilities.content import service as content
from retinue.capabilities.plans import service as plans
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.models import Agent
from retinue.entrypoints import demo_content, demo_seed
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.jobs import service as jobs
from retinue.foundation.runtime import Runtime
from tests.factories.serving import make_runtime

pytestmark = pytest.mark.databases("sqlite")


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(database, clock, data_dir)
    now = clock.now()
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=now)
        db.add(
            Agent(name="local", incarnation="0", host="here", pid=1, started_at=now, seen_at=now)
        )
    return runtime


class TestSeed:
    def test_it_brings_fourteen_accounts_and_one_session(self, runtime: Runtime) -> None:
        demo_seed.seed(runtime)

        with runtime.database.reading() as db:
            brought = accounts.list_all(db)
            at_work = sessions.open_logins(db)
        assert len(brought) == 14
        new = {account.login for account in brought if account.lifecycle is Lifecycle.ready}
        assert new == demo_seed.WARMUP_LOGINS
        assert {account.lifecycle for account in brought} == {Lifecycle.active, Lifecycle.ready}
        assert len(at_work) == 1
        assert not demo_seed.IDLE_LOGINS & set(at_work)

    def test_a_second_start_adds_nothing(self, runtime: Runtime) -> None:
        demo_seed.seed(runtime)
        with runtime.database.reading() as db:
            before = {account.id: account.revision for account in accounts.list_all(db)}

        demo_seed.seed(runtime)

        with runtime.database.reading() as db:
            assert {account.id: account.revision for account in accounts.list_all(db)} == before
            assert len(sessions.open_logins(db)) == 1

    def test_an_account_of_somebody_else_is_left_as_it_is(self, runtime: Runtime) -> None:
        with runtime.database.writing() as db:
            wanted = AccountCreate(login="a_real_client")
            theirs = accounts.add(
                db, runtime.sealer, wanted, actor="operator:anna", now=runtime.clock.now()
            )

        demo_seed.seed(runtime)

        with runtime.database.reading() as db:
            left = accounts.get(db, theirs.id)
            assert left.lifecycle is Lifecycle.imported
            assert plans.current(db, theirs.id).version == 0
            assert "a_real_client" not in sessions.open_logins(db)

    def test_an_installation_that_is_no_demo_is_left_alone(self, runtime: Runtime) -> None:
        with runtime.database.writing() as db:
            access.end_demo(db, by="operator:anna", now=runtime.clock.now())

        demo_seed.seed(runtime)

        with runtime.database.reading() as db:
            assert accounts.list_all(db) == []


class TestFillPools:
    def test_each_account_that_waits_finds_enough_for_five_phases(self, runtime: Runtime) -> None:
        demo_seed.seed(runtime)
        demo_content.JOB.run(runtime, {})

        with runtime.database.reading() as db:
            found = content.availability(db, now=runtime.clock.now())
            waiting = [one for one in accounts.list_all(db) if one.lifecycle is Lifecycle.ready]
        assert len(waiting) == 3
        assert {one.persona_id for one in waiting} == {one.persona_id for one in found}
        assert {(one.kind, one.category) for one in found} == {
            *(("image", name) for name in ("pfp", "post", "highlight", "story")),
            *(("caption", "post"), ("caption", "story"), ("title", "highlight"), ("bio", "bio")),
        }
        assert all(one.left >= 3 for one in found)

    def test_a_second_time_adds_nothing(self, runtime: Runtime) -> None:
        demo_content.JOB.run(runtime, {})
        with runtime.database.reading() as db:
            before = content.availability(db, now=runtime.clock.now())
        demo_content.JOB.run(runtime, {})
        with runtime.database.reading() as db:
            assert content.availability(db, now=runtime.clock.now()) == before

    def test_it_is_ordered_once(self, runtime: Runtime) -> None:
        demo_seed.seed(runtime)
        demo_seed.seed(runtime)
        with runtime.database.reading() as db:
            due = jobs.has_due(db, [demo_content.JOB.name], now=runtime.clock.now())
        assert due
