from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import update
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.evidence import endpoints as evidence_endpoints
from retinue.capabilities.evidence import service as evidence
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.endpoints import router
from retinue.capabilities.inbox.models import InboxItem
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http import Scope
from retinue.foundation.runtime import Runtime
from tests.factories.serving import ELSEWHERE, client, make_app, make_runtime
from tests.retinue.capabilities.inbox.conftest import BLOCKED


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def caller(runtime: Runtime) -> TestClient:
    return client(make_app(runtime, [router, evidence_endpoints.router]))


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (16, 16), "teal").save(file, "PNG")
    return file.getvalue()


def ask(runtime: Runtime, **changes: Any) -> int:
    with runtime.database.writing() as db:
        return inbox.ask(db, replace(BLOCKED, **changes), now=runtime.clock.now()).id


def other_caller(runtime: Runtime) -> TestClient:
    with runtime.database.writing() as db:
        issued = access.issue_token(
            db,
            TokenCreate(name="ben", role=Role.operator),
            granted_by=frozenset(Scope),
            origin=Origin("command line"),
            now=runtime.clock.now(),
        )
    app = make_app(runtime, [router, evidence_endpoints.router])
    return client(app, peer=ELSEWHERE, authorization=f"Bearer {issued.token}")


class TestList:
    def test_pages_lead_on(self, caller: TestClient, runtime: Runtime) -> None:
        ids = [ask(runtime, key=f"k{number}") for number in range(3)]

        first = caller.get("/api/inbox", params={"limit": 2}).json()
        last = caller.get("/api/inbox", params={"limit": 2, "cursor": first["next_cursor"]}).json()

        assert [item["id"] for item in first["items"] + last["items"]] == ids[::-1]
        assert (first["total"], last["next_cursor"]) == (3, None)

    def test_by_kind_and_state(self, caller: TestClient, runtime: Runtime) -> None:
        ask(runtime)

        assert caller.get("/api/inbox", params={"kind": "challenge"}).json()["items"] == []
        assert len(caller.get("/api/inbox", params={"state": "open"}).json()["items"]) == 1
        assert caller.get("/api/inbox", params={"state": "lost"}).status_code == 422
        assert caller.get("/api/inbox", params={"cursor": "x"}).status_code == 422


class TestRead:
    def test_it_says_what_to_do_and_what_may_be_chosen(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        shown = caller.get(f"/api/inbox/{ask(runtime)}").json()

        assert shown["instructions"] == "Look at the account."
        assert [choice["value"] for choice in shown["choices"]] == ["tried_again", "paused"]
        assert (shown["subject_kind"], shown["subject_id"]) == ("account", "7")

    def test_what_is_not_there_is_not_found(self, caller: TestClient) -> None:
        assert caller.get("/api/inbox/12").json()["code"] == "inbox_item_not_found"


class TestAssign:
    def test_it_names_somebody_who_is_there(self, caller: TestClient, runtime: Runtime) -> None:
        with runtime.database.writing() as db:
            for name in ("anna", "ben"):
                access.add_operator(
                    db,
                    username=name,
                    password_hash="of nothing",
                    role=Role.operator,
                    origin=Origin("a test"),
                    now=runtime.clock.now(),
                )
            access.operator_named(db, "ben").disabled_at = runtime.clock.now()
        path = f"/api/inbox/{ask(runtime)}/assign"
        answer = caller.post(path, json={"operator": "Anna"})
        assert answer.json()["assigned_to"] == "operator:anna"
        answer = caller.post(path, json={"operator": "ben"})
        assert answer.json()["errors"][0]["msg"].startswith("is disabled")
        answer = caller.post(path, json={"operator": "nobody"})
        assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["operator"])
        assert caller.post(path, json={"operator": None}).json()["assigned_to"] is None
        assert caller.post(path, json={}).status_code == 422


class TestMine:
    def test_what_the_caller_has(self, caller: TestClient, runtime: Runtime) -> None:
        item_id = ask(runtime)
        ask(runtime, key="other")
        caller.post(f"/api/inbox/{item_id}/claim", json={})

        shown = caller.get("/api/inbox", params={"mine": True}).json()

        assert [item["id"] for item in shown["items"]] == [item_id]
        assert other_caller(runtime).get("/api/inbox", params={"mine": True}).json()["total"] == 0


class TestEvidence:
    def test_a_picture_is_drawn_anew_and_shown(self, caller: TestClient, runtime: Runtime) -> None:
        path = f"/api/inbox/{ask(runtime)}/evidence"

        answer = caller.post(path, files={"file": ("x.png", picture())}, data={"title": "done"})

        assert answer.status_code == 201, answer.text
        (evidence_id,) = answer.json()["evidence"]
        (shown,) = caller.get("/api/evidence", params={"id": evidence_id}).json()["items"]
        assert (shown["title"], shown["account_id"], shown["added_by"]) == (
            "done",
            7,
            "local operator",
        )
        assert caller.get(f"/api/evidence/{evidence_id}/file").content.startswith(b"\x89PNG")

    def test_the_file_is_written_while_others_write_to_the_database(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        item_id = ask(runtime)
        folder = evidence.folder(runtime.configuration.data_dir)
        path, files = f"/api/inbox/{item_id}/evidence", {"file": ("x.png", picture())}
        with ThreadPoolExecutor(1) as another:
            with runtime.database.writing() as db:
                # What a writer holds for as long as it likes.
                db.execute(update(InboxItem).where(InboxItem.id == item_id).values(note="held"))
                answer = another.submit(caller.post, path, files=files)
                until = monotonic() + 10
                while not list(folder.glob("*.png")) and monotonic() < until:
                    sleep(0.01)
                assert list(folder.glob("*.png"))
                assert not answer.done()
            assert answer.result().status_code == 201

    def test_what_is_no_picture_is_refused(self, caller: TestClient, runtime: Runtime) -> None:
        item_id = ask(runtime)
        answer = caller.post(
            f"/api/inbox/{item_id}/evidence", files={"file": ("x.png", b"<script>")}
        )
        assert (answer.status_code, answer.json()["code"]) == (422, "picture_refused")
        assert caller.get(f"/api/inbox/{item_id}").json()["evidence"] == []

    def test_only_whoever_has_the_item_adds_to_it(
        self, caller: TestClient, runtime: Runtime
    ) -> None:
        item_id = ask(runtime)
        caller.post(f"/api/inbox/{item_id}/claim", json={})
        answer = other_caller(runtime).post(
            f"/api/inbox/{item_id}/evidence", files={"file": ("x.png", picture())}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "inbox_item_held")


class TestClaim:
    def test_the_second_hears_who_was_first(self, caller: TestClient, runtime: Runtime) -> None:
        path = f"/api/inbox/{ask(runtime)}/claim"
        ben = other_caller(runtime)
        assert caller.post(path, json={}).json()["claimed_by"] == "local operator"

        refused = ben.post(path, json={})
        assert (refused.status_code, refused.json()["holder"]) == (409, "local operator")
        assert ben.post(path, json={"release": True}).status_code == 409

        taken = ben.post(path, json={"take_over": True})
        assert taken.json()["claimed_by"] == "token:ben"
        assert ben.post(path, json={"release": True}).json()["state"] == "open"

    def test_two_tokens_of_one_name_are_two(self, runtime: Runtime) -> None:
        path = f"/api/inbox/{ask(runtime)}/claim"
        one, other = other_caller(runtime), other_caller(runtime)
        assert one.post(path, json={}).json()["claimed_by"] == "token:ben"

        refused = other.post(path, json={})
        assert (refused.status_code, refused.json()["holder"]) == (409, "token:ben")
        assert "another one than this" in refused.json()["detail"]
        assert other.post(path, json={"release": True}).status_code == 409
        assert one.post(path, json={}).status_code == 200

        assert other.post(path, json={"take_over": True}).status_code == 200
        assert one.post(path, json={"release": True}).status_code == 409

    @pytest.mark.parametrize(
        "body", [{"release": True, "take_over": True}, {"release": "perhaps"}, {"by": "me"}]
    )
    def test_a_wrong_body_is_refused(
        self, caller: TestClient, runtime: Runtime, body: dict[str, Any]
    ) -> None:
        assert caller.post(f"/api/inbox/{ask(runtime)}/claim", json=body).status_code == 422
