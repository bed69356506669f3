from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.accounts.models import Account, Health, Lifecycle
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState, EventStatus
from retinue.capabilities.ledger.repository.tables import events
from retinue.capabilities.ledger.schemas import CacheCounts, Outcome
from retinue.capabilities.safety.models import AccountSafety
from retinue.capabilities.sessions.models import EngagementSession, SessionStatus
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http.principals import Scope
from retinue.foundation.runtime import Runtime
from retinue.workflows.metrics import endpoints
from tests.factories import serving
from tests.factories.engaging import engage, make_account
from tests.retinue.capabilities.ledger.conftest import Ledger

NOTHING = {"success": 0, "failed": 0, "skipped": 0, "retry": 0, "dedupe_hit": 0, "unknown": 0}


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    made = serving.make_runtime(database, clock, data_dir, sandgram_url="http://127.0.0.1:9")
    with database.writing() as db:
        access.initialise(db, made.sealer, is_demo=True, now=clock.now())
    return made


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    return serving.client(serving.make_app(runtime, [endpoints.router]))


def metrics(client: TestClient) -> dict[str, Any]:
    answer = client.get("/api/metrics")
    assert answer.status_code == 200, answer.text
    return answer.json()


def write(database: Database, *rows: dict[str, Any]) -> None:
    preset = {
        "platform": "sandgram", "target_username": "otter", "action": "like",
        "status": EventStatus.success, "latency_ms": None, "account_id": None,
    }  # fmt: skip
    with database.writing_core() as connection:
        connection.execute(insert(events), [{**preset, **row} for row in rows])


class TestMetrics:
    def test_an_empty_installation_has_figures_too(self, local: TestClient, noon: datetime) -> None:
        found = metrics(local)
        nothing: dict[str, Any] = {
            "total": 0,
            "success_rate": None,
            "dedupe_hits": 0,
            "by_action": {},
        }
        assert (found["last_24h"], found["last_7d"]) == (nothing, nothing)
        assert datetime.fromisoformat(found["generated_at"]) == noon
        assert found["latency_ms"] == {"p50": None, "p95": None, "samples": 0}
        assert found["open_unknowns"] == {"count": 0, "oldest_at": None}
        assert found["sessions"] == {"running": 0, "starting": 0, "stopping": 0}
        assert found["accounts"] == {
            "by_state": {"active": 0, "warning": 0, "cooldown": 0, "error": 0},
            "by_lifecycle": dict.fromkeys(Lifecycle, 0),
            "paused": 0,
            "total": 0,
        }
        assert [one["action"] for one in found["limits_today"]] == [
            "like", "follow", "comment", "view",
        ]  # fmt: skip

    @pytest.mark.parametrize("tallied", [False, True])
    def test_events_are_counted_by_their_time(
        self, local: TestClient, database: Database, noon: datetime, tallied: bool
    ) -> None:
        write(
            database,
            {"ts": noon, "latency_ms": 100},
            {"ts": noon - timedelta(minutes=1), "latency_ms": 300},
            {"ts": noon - timedelta(hours=23), "status": EventStatus.failed, "latency_ms": 9},
            {"ts": noon - timedelta(hours=24), "action": "follow", "latency_ms": 200},
            {"ts": noon - timedelta(hours=24, microseconds=1), "status": EventStatus.dedupe_hit},
            {"ts": noon - timedelta(days=7), "status": EventStatus.unknown},
            {"ts": noon - timedelta(days=7, microseconds=1)},
            {"ts": noon + timedelta(hours=1)},
        )
        if tallied:
            with database.writing() as db:
                assert ledger.tally(db, now=noon) == 8
        found = metrics(local)
        assert found["last_24h"] == {
            "total": 4,
            "success_rate": 0.75,
            "dedupe_hits": 0,
            "by_action": {
                "follow": {**NOTHING, "success": 1},
                "like": {**NOTHING, "success": 2, "failed": 1},
            },
        }
        assert found["last_7d"]["total"] == 6
        assert found["last_7d"]["dedupe_hits"] == 1
        assert found["last_7d"]["by_action"]["like"] == {
            **NOTHING, "success": 2, "failed": 1, "dedupe_hit": 1, "unknown": 1,
        }  # fmt: skip
        hours = found["hours"]
        assert [datetime.fromisoformat(one.pop("hour")) for one in hours] == [
            noon - timedelta(hours=back) for back in range(23, -1, -1)
        ]
        assert hours[-1] == {**NOTHING, "success": 1}
        assert hours[-2] == {**NOTHING, "success": 1}
        assert hours[0] == {**NOTHING, "failed": 1}
        assert found["latency_ms"] == {"p50": 200, "p95": 300, "samples": 3}

    def test_accounts_are_counted_as_lists_show_them(
        self, local: TestClient, database: Database, noon: datetime
    ) -> None:
        soon = noon + timedelta(minutes=1)
        ago = noon - timedelta(minutes=61)
        standings: dict[str, dict[str, Any]] = {
            "fine": {},
            "waits": {"backoff_until": soon},
            "erred": {"last_error_at": noon - timedelta(minutes=59)},
            "long_ago": {"last_error_at": ago, "backoff_until": ago, "cooldown_until": ago},
            "cools": {"cooldown_until": soon, "last_error_at": noon},
        }
        with database.writing() as db:
            for name, standing in standings.items():
                account = make_account(db, name, now=noon)
                if standing:
                    db.add(AccountSafety(account_id=account.id, updated_at=noon, **standing))
            make_account(db, "locked", now=noon).health = Health.locked
            make_account(db, "ready", now=noon).lifecycle = Lifecycle.ready
            make_account(db, "gone", now=noon).lifecycle = Lifecycle.retired
            make_account(db, "rests", now=noon).paused_at = noon
            make_account(db, "test", now=noon).is_test = True
        found = metrics(local)["accounts"]
        assert found["by_state"] == {"active": 4, "warning": 2, "cooldown": 1, "error": 1}
        assert found["by_lifecycle"] == {
            "imported": 0, "ready": 1, "warming_up": 0, "active": 7, "retired": 1,
        }  # fmt: skip
        assert (found["paused"], found["total"]) == (1, 8)

    def test_limits_unknowns_and_sessions(
        self, local: TestClient, database: Database, noon: datetime
    ) -> None:
        with database.writing() as db:
            ava, ben = engage(db, "ava", now=noon), engage(db, "ben", now=noon)
            book = Ledger(db, noon)
            book.act(ava, "otter", now=noon - timedelta(hours=25))
            book.act(ava, "fox")
            book.reserve(ben, "owl")
            book.settle(
                book.reserve(ben, "elk", "follow", now=noon - timedelta(hours=2)),
                Outcome(AttemptState.unknown),
            )
            book.settle(book.reserve(ava, "eel"), Outcome(AttemptState.refused))
            db.add(
                EngagementSession(
                    id="s1", account_id=ava.id, status=SessionStatus.running, desired_state="running",
                    requested_by="a test", created_at=noon, counters={},
                )
            )  # fmt: skip
        found = metrics(local)
        assert found["limits_today"][:2] == [
            {"action": "like", "used": 2, "limit": 1000},
            {"action": "follow", "used": 1, "limit": 800},
        ]
        assert found["open_unknowns"]["count"] == 1
        oldest = datetime.fromisoformat(found["open_unknowns"]["oldest_at"])
        assert oldest == noon - timedelta(hours=2)
        assert found["sessions"] == {"running": 1, "starting": 0, "stopping": 0}

    def test_the_cache_is_counted_for_all_sessions_of_a_day(
        self, local: TestClient, database: Database, noon: datetime
    ) -> None:
        with database.writing() as db:
            ledger.note_cache(db, CacheCounts(3, 1), now=noon)
            ledger.note_cache(db, CacheCounts(100, 1), now=noon - timedelta(hours=26))
        assert metrics(local)["cache"] == {"hits": 3, "misses": 1, "hit_rate": 0.75}

    def test_a_restricted_token_sees_its_accounts_only(
        self, runtime: Runtime, database: Database, noon: datetime
    ) -> None:
        with database.writing() as db:
            ava, ben = engage(db, "ava", now=noon), engage(db, "ben", now=noon)
            book = Ledger(db, noon)
            book.act(ava, "fox")
            book.settle(book.reserve(ben, "elk", "follow"), Outcome(AttemptState.unknown))
            book.reserve(ben, "owl")
            db.get_one(Account, ben.id).health = Health.locked
            token = access.issue_token(
                db,
                TokenCreate(name="t", role=Role.viewer, account_ids=[ava.id]),
                granted_by=frozenset(Scope),
                origin=Origin("a test"),
                now=noon,
            ).token
        write(database, {"ts": noon})
        client = serving.client(
            serving.make_app(runtime, [endpoints.router]),
            peer=serving.ELSEWHERE,
            Authorization=f"Bearer {token}",
        )
        for tallied in (False, True):
            if tallied:
                with database.writing() as db:
                    ledger.tally(db, now=noon)
            found = metrics(client)
            assert found["last_24h"]["by_action"] == {"like": {**NOTHING, "success": 1}}
            assert found["latency_ms"]["samples"] == 1
            assert found["accounts"]["by_state"] == {
                "active": 1, "warning": 0, "cooldown": 0, "error": 0,
            }  # fmt: skip
            assert found["open_unknowns"]["count"] == 0
            assert [one["used"] for one in found["limits_today"]] == [1, 0, 0, 0]
            assert found["limits_today"][0]["limit"] == 500
