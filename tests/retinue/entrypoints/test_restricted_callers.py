"""A token that is restricted to some accounts reaches nothing that concerns the others."""

from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.schemas import AccountCreate
from retinue.entrypoints.api import create_app
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from tests.factories.serving import client, make_runtime

pytestmark = pytest.mark.databases("sqlite")

BY_HAND = {"username": "otter", "action": "like", "timestamp": "2026-01-31T12:00:00Z"}


@pytest.fixture
def caller(database: Database, clock: ManualClock, data_dir: Path) -> TestClient:
    """May touch `ava` and not `ben`."""
    runtime = make_runtime(database, clock, data_dir)
    now = clock.now()
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=now)
        own, _ = (
            accounts.add(db, runtime.sealer, AccountCreate(login=login), actor="test", now=now)
            for login in ("ava", "ben")
        )
    app = create_app(runtime)
    wanted = {"name": "ci", "role": "operator", "account_ids": [own.id]}
    token = client(app).post("/api/tokens", json=wanted).json()["token"]
    return client(app, authorization=f"Bearer {token}")


class TestWithoutAnAccount:
    def test_the_history_of_all_is_not_cleared(self, caller: TestClient) -> None:
        assert caller.delete("/clear_history").status_code == 403

    def test_the_limits_of_all_are_not_shown(self, caller: TestClient) -> None:
        assert caller.get("/interaction_limits").status_code == 403

    def test_nothing_is_recorded_for_the_installation(self, caller: TestClient) -> None:
        assert caller.post("/save_interaction", json=BY_HAND).status_code == 403

    def test_the_filters_of_all_are_not_changed(self, caller: TestClient) -> None:
        assert caller.post("/save_history_filters", json={"filters": []}).status_code == 403

    def test_no_file_of_accounts_is_imported(self, caller: TestClient) -> None:
        files = {"file": ("accounts.csv", b"account_no,login\n", "text/csv")}

        assert caller.post("/api/accounts/import", files=files).status_code == 403


class TestWithAnAccount:
    def test_its_own_is_open(self, caller: TestClient) -> None:
        assert caller.delete("/clear_history", params={"account": "ava"}).status_code == 200
        assert caller.get("/interaction_limits", params={"account": "ava"}).status_code == 200
        assert caller.post("/save_interaction", json={**BY_HAND, "account": "ava"}).is_success

    def test_another_is_not_told_to_exist(self, caller: TestClient) -> None:
        assert caller.delete("/clear_history", params={"account": "ben"}).status_code == 404
        assert caller.get("/interaction_limits", params={"account": "ben"}).status_code == 404
        assert caller.get("/session_status", params={"account": "ben"}).status_code == 404
