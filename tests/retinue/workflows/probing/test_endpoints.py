from __future__ import annotations

import json
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.audit import endpoints as audit
from retinue.capabilities.inbox import endpoints as inbox
from retinue.capabilities.ledger import endpoints as ledger
from retinue.foundation.http import Scope
from retinue.foundation.jobs.executor import Executor
from retinue.workflows.attending import endpoints as attending
from retinue.workflows.probing import endpoints as probing
from retinue.workflows.probing.jobs import JOBS
from tests.factories.serving import ELSEWHERE, client, make_app
from tests.retinue.workflows.probing.conftest import Doubts

NOWHERE = "01900000-0000-7000-8000-000000000000"
ROUTERS = [ledger.router, probing.router, inbox.router, attending.router, audit.router]


@pytest.fixture
def caller(doubts: Doubts) -> TestClient:
    with doubts.runtime.database.writing() as db:
        access.initialise(db, doubts.runtime.sealer, is_demo=True, now=doubts.clock.now())
    return client(make_app(doubts.runtime, ROUTERS))


@pytest.fixture
def stranger(doubts: Doubts, caller: TestClient) -> TestClient:
    """A token that is restricted to an account that is not the one of the doubts."""
    del caller
    with doubts.runtime.database.writing() as db:
        issued = access.issue_token(
            db,
            TokenCreate(name="ben", role=Role.operator, account_ids=[doubts.account.id + 1]),
            granted_by=frozenset(Scope),
            origin=Origin("command line"),
            now=doubts.clock.now(),
        )
    app = make_app(doubts.runtime, ROUTERS)
    return client(app, peer=ELSEWHERE, authorization=f"Bearer {issued.token}")


def settle(caller: TestClient, attempt_id: str, **body: Any) -> Any:
    wanted = {"outcome": "confirmed", "evidence": "seen in the app", **body}
    return caller.post(
        f"/api/attempts/{attempt_id}/settle",
        content=json.dumps(wanted),
        headers={"content-type": "application/json"},
    )


class TestList:
    def test_open_questions_of_an_account_the_newest_first(
        self, caller: TestClient, doubts: Doubts
    ) -> None:
        ids = [doubts.act("like", has_effect=True, person=f"person_{n}") for n in (1, 2, 3)]
        asked: dict[str, Any] = {"state": "unknown", "account_id": doubts.account.id, "limit": 2}
        first = caller.get("/api/attempts", params=asked).json()
        last = caller.get("/api/attempts", params={**asked, "cursor": first["next_cursor"]}).json()
        assert [item["id"] for item in first["items"] + last["items"]] == sorted(ids, reverse=True)
        assert (first["total"], last["next_cursor"]) == (3, None)
        assert caller.get("/api/attempts", params={"action": "follow"}).json()["items"] == []
        shown = first["items"][0]
        assert (shown["account"], shown["state"], shown["phase"]) == ("ava", "unknown", "sent")
        assert shown["next_probe_at"] == "2026-01-31T12:01:00Z"

    @pytest.mark.parametrize(
        "query",
        [
            {"state": "perhaps"},
            {"session_id": "a\x00b"},
            {"cursor": "x"},
            {"limit": 0},
            {"x": 1},
        ],
    )
    def test_a_wrong_question_is_refused(self, caller: TestClient, query: dict[str, Any]) -> None:
        assert caller.get("/api/attempts", params=query).status_code == 422

    def test_a_restricted_caller_is_not_told_of_others(
        self, stranger: TestClient, doubts: Doubts
    ) -> None:
        attempt_id = doubts.act("view", has_effect=True)
        assert stranger.get("/api/attempts").json()["items"] == []
        assert stranger.get("/api/inbox").json()["items"] == []
        assert stranger.get(f"/api/attempts/{attempt_id}").status_code == 404
        assert stranger.post(f"/api/attempts/{attempt_id}/probe").status_code == 404
        assert settle(stranger, attempt_id).status_code == 404
        (item,) = doubts.items()
        resolved = stranger.post(f"/api/inbox/{item.id}/resolve", json={"resolution": "absent"})
        assert resolved.status_code == 404
        assert stranger.post(f"/api/inbox/{item.id}/claim", json={}).status_code == 404


class TestSettle:
    @pytest.mark.parametrize("outcome", ["confirmed", "absent"])
    def test_what_a_person_has_seen_stands(
        self, caller: TestClient, doubts: Doubts, outcome: str
    ) -> None:
        attempt_id = doubts.act("view", has_effect=True)
        answer = settle(caller, attempt_id, outcome=outcome)
        assert answer.status_code == 200
        shown = answer.json()
        assert (shown["state"], shown["settled_by"]) == (outcome, "operator")
        assert shown["evidence"]["operator"] == "seen in the app"
        assert shown["evidence"]["by"] == "local operator"
        assert (shown["held_until"] is None) == (outcome == "absent")
        assert [item.state.value for item in doubts.items()] == ["resolved"]
        newest = caller.get("/api/audit").json()["items"][0]
        assert (newest["action"], newest["actor"]) == ("ledger.resolved", "local operator")

    def test_once(self, caller: TestClient, doubts: Doubts) -> None:
        attempt_id = doubts.act("like", has_effect=True)
        settle(caller, attempt_id)
        again = settle(caller, attempt_id, outcome="absent")
        assert (again.status_code, again.json()["code"]) == (409, "attempt_settled")

    @pytest.mark.parametrize(
        "body",
        [
            {"outcome": "refused"},
            {"evidence": ""},
            {"evidence": "x" * 2001},
            {"evidence": "a\x00b"},
            {"evidence": "a\ud800b"},
            {"more": 1},
        ],
    )
    def test_a_wrong_body_settles_nothing(
        self, caller: TestClient, doubts: Doubts, body: dict[str, Any]
    ) -> None:
        attempt_id = doubts.act("like", has_effect=True)
        assert settle(caller, attempt_id, **body).status_code == 422
        assert doubts.attempt(attempt_id).state.value == "unknown"

    def test_what_is_not_there_is_not_found(self, caller: TestClient) -> None:
        assert settle(caller, NOWHERE).json()["code"] == "attempt_not_found"
        assert caller.get(f"/api/attempts/{NOWHERE}").status_code == 404
        assert caller.get("/api/attempts/no such id").status_code == 422


class TestProbe:
    def test_it_is_due_now_and_the_job_is_rung(self, caller: TestClient, doubts: Doubts) -> None:
        attempt_id = doubts.act("like", has_effect=True)
        executor = Executor(doubts.runtime, JOBS)
        executor.step()

        answer = caller.post(f"/api/attempts/{attempt_id}/probe")

        assert answer.status_code == 202
        assert answer.json()["next_probe_at"] == "2026-01-31T12:00:00Z"
        # No Sandgram is configured here, so the account finds no network and its look is put off.
        assert executor.step() == 1
        assert doubts.attempt(attempt_id).next_probe_at > doubts.clock.now()  # type: ignore[operator]

    def test_not_where_there_is_nothing_to_look_at(
        self, caller: TestClient, doubts: Doubts
    ) -> None:
        view, like = (doubts.act(action, has_effect=True) for action in ("view", "like"))
        refused = caller.post(f"/api/attempts/{view}/probe")
        assert (refused.status_code, refused.json()["code"]) == (409, "attempt_has_no_probe")
        settle(caller, like)
        assert caller.post(f"/api/attempts/{like}/probe").status_code == 409
