"""
What a caller that is restricted to some accounts may do, on every route of the application.

A new route that changes something is closed to it. One that says `is_for_restricted` must stand
in `ASKED_OF_ANOTHER`, with a request for something of another account.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import ItemKind
from retinue.capabilities.inbox.schemas import Choice, Question
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import Reserved
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http.principals import Scope, declared_routes
from retinue.foundation.runtime import Runtime
from tests.factories import engaging, serving
from tests.factories.engaging import settings_of

OWN = "ava_of_the_caller"
OTHER = "ben_of_somebody_else"
PAUSE = {"scope": "account", "name": OTHER, "reason": "a test"}

ASKED_OF_ANOTHER: dict[tuple[str, str], Any] = {
    ("POST", "/api/pause"): PAUSE,
    ("POST", "/api/resume"): PAUSE,
    ("POST", "/start_session"): {"account": OTHER},
    ("POST", "/stop_session"): {"account": OTHER},
    ("PUT", "/account_config/{account}"): {"set": {"likes-percentage": "10"}},
    ("POST", "/account_config/{account}/restore"): {"version": 1},
    ("POST", "/api/do-not-contact"): {
        "handle": "otter",
        "reason": "asked",
        "scope": "account",
        "account": OTHER,
    },
    ("DELETE", "/api/do-not-contact/{entry_id}"): None,
    ("POST", "/api/do-not-contact/import"): {
        "reason": "asked",
        "scope": "account",
        "account": OTHER,
    },
    ("POST", "/save_interaction"): {
        "username": "otter",
        "action": "like",
        "timestamp": "2026-01-01T00:00:00Z",
        "account": OTHER,
    },
    ("DELETE", "/clear_history"): None,
    ("POST", "/api/interactions/check"): {"action": "like", "targets": ["otter"]},
    ("POST", "/api/accounts/bulk"): {"action": "pause", "reason": "a test", "filter": {}},
    ("PATCH", "/api/accounts/{account_id}"): {"paused": True, "reason": "a test"},
    ("DELETE", "/api/accounts/{account_id}"): None,
    ("DELETE", "/accounts/{account}"): None,
    ("POST", "/api/attempts/{attempt_id}/settle"): {"outcome": "confirmed", "evidence": "seen"},
    ("POST", "/api/attempts/{attempt_id}/probe"): None,
    ("POST", "/api/tasks"): {"type": "validate_account", "account": OTHER},
    ("POST", "/api/tasks/{task_id}/cancel"): None,
    ("POST", "/api/tasks/{task_id}/retry"): None,
    ("POST", "/api/inbox/{item_id}/claim"): {},
    ("POST", "/api/inbox/{item_id}/assign"): {"operator": None},
    ("POST", "/api/inbox/{item_id}/evidence"): None,
    ("POST", "/api/inbox/{item_id}/resolve"): {"resolution": "done"},
    ("POST", "/api/warmup/{account_id}/start"): None,
    ("POST", "/api/warmup/{account_id}/phases/{phase}/retry"): {},
    ("POST", "/api/warmup/{account_id}/phases/{phase}/skip"): {"note": "no"},
    ("POST", "/api/warmup/{account_id}/phases/{phase}/review"): {},
    ("POST", "/api/bot/accounts/{account_id}/start-warmup"): None,
    ("POST", "/api/bot/accounts/{account_id}/start-phase/{phase}"): None,
    ("POST", "/api/bot/accounts/{account_id}/complete-phase/{phase}"): {},
    ("POST", "/api/bot/accounts/{account_id}/report-error"): {"phase": "pfp", "error": "no"},
    ("POST", "/api/bot/accounts/{account_id}/complete-warmup"): None,
}
ABOUT_THEMSELVES = {("DELETE", "/api/login"), ("PUT", "/api/me/password")}


@dataclass(frozen=True)
class Scene:
    """An application with two accounts, and a caller that may touch the first one only."""

    app: FastAPI
    local: TestClient
    restricted: TestClient
    own_id: int
    names: dict[str, str]
    """What stands in a path for something of the other account."""

    def path(self, template: str) -> str:
        for name, value in self.names.items():
            template = template.replace("{" + name + "}", value)
        return template

    def ask(self, method: str, template: str, body: Any = None) -> Any:
        path = self.path(template)
        if path.endswith(("/import", "/evidence")):
            return self.restricted.post(path, data=body, files={"file": ("list", b"otter\n")})
        if path == "/clear_history":
            path += f"?account={OTHER}"
        if path == "/api/interactions/check":
            body = {**body, "account_id": int(self.names["account_id"])}
        return self.restricted.request(method, path, json=body)


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    # The limits have a test of their own; here one caller asks for everything.
    runtime = serving.make_runtime(database, clock, data_dir, heavy_rate_limit="10000/minute")
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def scene(runtime: Runtime) -> Scene:
    from retinue.entrypoints.api import create_app

    app, now = create_app(runtime), runtime.clock.now()
    with runtime.database.writing() as db:
        own, other = (engaging.engage(db, login, now=now) for login in (OWN, OTHER))
        attempt = ledger.reserve(db, other.wants(), settings=settings_of(), now=now)
        assert isinstance(attempt, Reserved)
        item = inbox.ask(db, _question(other.id), now=now)
        issued = access.issue_token(
            db,
            TokenCreate(name="restricted", role=Role.admin, account_ids=[own.id]),
            granted_by=frozenset(Scope),
            origin=Origin("command line"),
            now=now,
        )
        names = {
            "account": OTHER,
            "account_id": str(other.id),
            "attempt_id": str(attempt.attempt_id),
            "item_id": str(item.id),
            "version": "1",
            "phase": "pfp",
        }
    local = serving.client(app)
    plan = local.put(f"/account_config/{OTHER}", json={"set": {"likes-percentage": "50"}})
    assert plan.status_code == 200, plan.text
    wanted = {"handle": "vole", "reason": "asked", "scope": "account", "account": OTHER}
    task = local.post("/api/tasks", json={"type": "validate_account", "account": OTHER})
    names["task_id"] = task.json()["id"]
    names["entry_id"] = str(local.post("/api/do-not-contact", json=wanted).json()["id"])
    bearer = {"authorization": f"Bearer {issued.token}"}
    restricted = serving.client(app, peer=serving.ELSEWHERE, **bearer)
    return Scene(app, local, restricted, own.id, names)


def _question(account_id: int) -> Question:
    return Question(
        key=f"review:{account_id}",
        kind=ItemKind.review,
        account_id=account_id,
        account=OTHER,
        subject=("account", str(account_id)),
        title=f"Look after {OTHER}",
        instructions="Look.",
        choices=(Choice("done", "Done"),),
    )


class TestEveryChange:
    def test_it_is_refused_unless_it_says_that_it_is_for_restricted_callers(
        self, scene: Scene
    ) -> None:
        open_to_them = set()
        for route in declared_routes(scene.app):
            for method in route.methods - {"GET", "HEAD"}:
                if route.scope is None:
                    continue
                if route.is_for_restricted:
                    open_to_them.add((method, route.path))
                    continue
                answer = scene.restricted.request(method, scene.path(route.path), json={})
                told = f"{method} {route.path}: {answer.status_code} {answer.text}"
                assert answer.status_code == 403, told
                assert "restricted to some accounts" in answer.text, told
        assert open_to_them == set(ASKED_OF_ANOTHER) | ABOUT_THEMSELVES

    def test_what_is_open_touches_nothing_of_another_account(self, scene: Scene) -> None:
        shown = (f"/api/accounts/{scene.names['account_id']}", f"/account_config/{OTHER}")
        before = [scene.local.get(path).json() for path in shown]
        for (method, template), body in ASKED_OF_ANOTHER.items():
            answer = scene.ask(method, template, body)
            told = f"{method} {template}: {answer.status_code} {answer.text}"
            if template == "/api/accounts/bulk":
                assert (answer.json()["matched"], OTHER in answer.text) == (1, False), told
            else:
                assert answer.status_code in {403, 404}, told
        assert [scene.local.get(path).json() for path in shown] == before

    @pytest.mark.parametrize(
        "scope", [{"scope": "fleet"}, {"scope": "action", "name": "like"}], ids=str
    )
    def test_a_pause_of_more_than_an_account_is_neither_made_nor_taken_back(
        self, scene: Scene, scope: dict[str, str]
    ) -> None:
        wanted = {**scope, "reason": "a test"}
        assert scene.restricted.post("/api/pause", json=wanted).status_code == 403
        assert scene.local.post("/api/pause", json=wanted).status_code == 200
        assert scene.restricted.post("/api/resume", json=wanted).status_code == 403
        assert len(scene.local.get("/api/pauses").json()["items"]) == 1

    def test_the_own_account_is_paused_and_resumed(self, scene: Scene) -> None:
        wanted = {"scope": "account", "name": OWN, "reason": "a test"}
        for path in ("/api/pause", "/api/resume"):
            assert scene.restricted.post(path, json=wanted).status_code == 200

    def test_a_token_without_the_restriction_is_not_to_be_had(self, scene: Scene) -> None:
        for account_ids in (None, [scene.own_id]):
            wanted = {"name": "free", "role": "admin", "account_ids": account_ids}
            assert scene.restricted.post("/api/tokens", json=wanted).status_code == 403


class TestEveryRead:
    def test_no_answer_names_another_account(self, scene: Scene) -> None:
        for route in declared_routes(scene.app):
            if "GET" not in route.methods or route.path.startswith(("/docs", "/ui")):
                continue
            answer = scene.restricted.get(scene.path(route.path))
            told = f"{route.path}: {answer.status_code} {answer.text}"
            if "{account}" in route.path:
                # The name that was asked for may stand in the refusal.
                assert answer.status_code in {403, 404}, told
            else:
                assert OTHER not in answer.text, told
                assert OTHER.upper() not in answer.text, told
