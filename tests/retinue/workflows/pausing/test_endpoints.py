from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Lifecycle
from retinue.capabilities.accounts.schemas import AccountCreate
from retinue.capabilities.audit import endpoints as audit
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import Declined, DeclineKind, IntentRequest, Reserved
from retinue.capabilities.settings import service as settings
from retinue.drivers.network.protocol import Person
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.events import service as events
from retinue.foundation.leases import service as leases
from retinue.foundation.runtime import Runtime
from retinue.workflows.pausing.endpoints import router
from tests.factories.serving import client, make_app, make_runtime


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def caller(runtime: Runtime) -> TestClient:
    return client(make_app(runtime, [router, audit.router]))


@pytest.fixture
def account(runtime: Runtime) -> Account:
    now = runtime.clock.now()
    wanted = AccountCreate(login="ava", persona="Mira Sol")
    with runtime.database.writing() as db:
        added = accounts.add(db, runtime.sealer, wanted, actor="test", now=now)
        key = accounts.lease_key(added.id)
        leases.acquire(db, key, holder="test", ttl=timedelta(days=1), now=now)
        return accounts.move(db, added, Lifecycle.active, reason="test", actor="test", now=now)


LEVELS: list[dict[str, Any]] = [
    {"scope": "fleet"},
    {"scope": "persona", "name": "Mira Sol"},
    {"scope": "account", "name": "ava"},
    {"scope": "action", "name": "like"},
]


class TestPause:
    @pytest.mark.parametrize("level", LEVELS, ids=lambda level: level["scope"])
    def test_no_intent_is_granted_until_the_pause_is_taken_back(
        self, caller: TestClient, runtime: Runtime, account: Account, level: dict[str, Any]
    ) -> None:
        wanted = {**level, "reason": "the network behaves oddly"}
        assert caller.post("/api/pause", json=wanted).status_code == 200

        declined = reserve(runtime, account)
        assert caller.post("/api/resume", json=wanted).status_code == 200
        granted = reserve(runtime, account)

        assert isinstance(declined, Declined)
        assert declined.kind is DeclineKind.paused
        assert "by an operator" in declined.reason
        assert isinstance(granted, Reserved)

    def test_a_pause_of_one_action_leaves_the_others_alone(
        self, caller: TestClient, runtime: Runtime, account: Account
    ) -> None:
        caller.post("/api/pause", json={"scope": "action", "name": "follow", "reason": "enough"})

        assert isinstance(reserve(runtime, account), Reserved)

    def test_the_same_pause_twice_is_one(self, caller: TestClient) -> None:
        for _ in range(2):
            answer = caller.post("/api/pause", json={"scope": "fleet", "reason": "lunch"})
            assert answer.status_code == 200

        listed = caller.get("/api/pauses").json()

        assert [(item["scope"], item["reason"]) for item in listed["items"]] == [("fleet", "lunch")]

    def test_it_is_in_the_audit_log_with_its_reason(self, caller: TestClient) -> None:
        caller.post("/api/pause", json={"scope": "fleet", "reason": "lunch"})

        newest = caller.get("/api/audit").json()["items"][0]

        assert (newest["action"], newest["reason"], newest["actor"]) == (
            "safety.paused",
            "lunch",
            "local operator",
        )

    @pytest.mark.parametrize("level", LEVELS, ids=lambda level: level["scope"])
    def test_everybody_who_listens_hears_of_it_once_and_of_its_end(
        self, caller: TestClient, runtime: Runtime, account: Account, level: dict[str, Any]
    ) -> None:
        heard_before = len(heard(runtime))
        for path in ("pause", "pause", "resume", "resume"):
            caller.post(f"/api/{path}", json={**level, "reason": "lunch"})

        new = heard(runtime)[heard_before:]

        if level["scope"] == "account":
            assert [kind for kind, _ in new] == ["account_update", "account_update"]
            return
        told = {"scope": level["scope"], "name": level.get("name"), "reason": "lunch"}
        assert new == [
            ("pause_update", {**told, "paused": True}),
            ("pause_update", {**told, "paused": False}),
        ]

    def test_a_refused_pause_is_not_told(self, caller: TestClient, runtime: Runtime) -> None:
        caller.post("/api/pause", json={"scope": "fleet", "reason": ""})

        assert heard(runtime) == []

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"scope": "planet", "reason": "x"}, "scope"),
            ({"scope": "fleet"}, "reason"),
            ({"scope": "fleet", "reason": ""}, "reason"),
            ({"scope": "fleet", "name": "all", "reason": "x"}, "name"),
            ({"scope": "account", "reason": "x"}, "name"),
            ({"scope": "action", "name": "dance", "reason": "x"}, "name"),
            ({"scope": "fleet", "reason": "x", "until": "tomorrow"}, "until"),
        ],
    )
    def test_a_wrong_order_names_the_field_and_pauses_nothing(
        self, caller: TestClient, body: dict[str, Any], field: str
    ) -> None:
        answer = caller.post("/api/pause", json=body)

        assert answer.status_code == 422
        assert field in {problem["loc"][-1] for problem in answer.json()["errors"]}
        assert caller.get("/api/pauses").json()["total"] == 0

    @pytest.mark.parametrize("scope", ["account", "persona"])
    def test_a_name_that_nobody_has_is_not_found(self, caller: TestClient, scope: str) -> None:
        wanted = {"scope": scope, "name": "nobody", "reason": "x"}

        assert caller.post("/api/pause", json=wanted).status_code == 404


def heard(runtime: Runtime) -> list[tuple[str, dict[str, Any]]]:
    """Every event so far, as listeners are told them."""
    with runtime.database.writing() as db:
        events.number(db)
        return [(event.type, event.data) for event in events.read_since(db, 0).events]


def reserve(runtime: Runtime, account: Account) -> Reserved | Declined:
    request = IntentRequest(
        account_id=account.id,
        network="sandgram",
        action="like",
        target=Person(network_id="1001", handle="luna"),
        fence=1,
    )
    with runtime.database.writing() as db:
        return ledger.reserve(db, request, settings=settings.current(db), now=runtime.clock.now())
