from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.access.schemas import Origin, TokenCreate
from retinue.capabilities.safety import endpoints
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.http import Scope
from retinue.foundation.runtime import Runtime
from tests.factories import serving
from tests.factories.engaging import engage

URL = "/api/do-not-contact"
OTTER = {"handle": "@Otter", "reason": "asked us to"}


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = serving.make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    return serving.client(serving.make_app(runtime, [endpoints.router]))


def sent(client: TestClient, content: bytes, **fields: Any) -> Any:
    form = {"reason": "a campaign", **fields}
    return client.post(f"{URL}/import", files={"file": ("list.csv", content)}, data=form)


class TestDoNotContact:
    def test_it_is_added_shown_and_removed(self, local: TestClient) -> None:
        added = local.post(URL, json=OTTER)
        assert (added.status_code, added.json()["created_by"]) == (201, "local operator")
        again = local.post(URL, json=OTTER)
        assert (again.status_code, again.json()) == (200, added.json())
        assert local.get(URL, params={"search": "ott"}).json() == {
            "items": [added.json()],
            "next_cursor": None,
            "total": None,
        }
        assert local.delete(f"{URL}/{added.json()['id']}").status_code == 204
        assert local.delete(f"{URL}/{added.json()['id']}").status_code == 404
        assert local.get(URL).json()["items"] == []

    def test_pages_lead_on(self, local: TestClient) -> None:
        for number in range(3):
            local.post(URL, json={**OTTER, "handle": f"p{number}"})
        first = local.get(URL, params={"limit": 2}).json()
        rest = local.get(URL, params={"limit": 2, "cursor": first["next_cursor"]}).json()
        assert [one["handle"] for one in first["items"] + rest["items"]] == ["p2", "p1", "p0"]
        assert rest["next_cursor"] is None

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"handle": None}, "handle"),
            ({"hash": "0" * 64}, "hash"),
            ({"handle": "a\x00"}, "handle"),
            ({"reason": ""}, "reason"),
            ({"reason": "x\x00"}, "reason"),
            ({"expires_at": "0001-01-01T00:00:00+14:00"}, "expires_at"),
            ({"expires_at": "2001-01-01T00:00:00"}, "expires_at"),
            ({"scope": "account"}, "account"),
            ({"account": "ava"}, "account"),
            ({"scope": "persona", "persona": "nobody"}, "persona"),
            ({"network": "elsewhere"}, "network"),
            ({"surprise": 1}, "surprise"),
        ],
    )
    def test_what_cannot_be_is_refused_by_name(
        self, local: TestClient, change: dict[str, Any], field: str
    ) -> None:
        answer = local.post(URL, json={**OTTER, **change})
        assert answer.status_code in {404, 422}
        assert field in answer.text
        assert local.get(URL).json()["items"] == []

    def test_an_account_has_a_list_of_its_own(
        self, local: TestClient, database: Database, clock: ManualClock
    ) -> None:
        with database.writing() as db:
            ava = engage(db, now=clock.now())
        added = local.post(URL, json={**OTTER, "scope": "account", "account": "AVA"})
        assert (added.json()["scope"], added.json()["scope_id"]) == ("account", ava.id)

    def test_a_restricted_token_touches_only_its_accounts(
        self, runtime: Runtime, database: Database, clock: ManualClock
    ) -> None:
        with database.writing() as db:
            ava, _ = engage(db, now=clock.now()), engage(db, "ben", now=clock.now())
            issued = access.issue_token(
                db,
                TokenCreate(name="t", role=Role.operator, account_ids=[ava.id]),
                granted_by=frozenset(Scope),
                origin=Origin("command line"),
                now=clock.now(),
            )
        app = serving.make_app(runtime, [endpoints.router])
        token = serving.client(app, peer=serving.ELSEWHERE, authorization=f"Bearer {issued.token}")
        serving.client(app).post(URL, json=OTTER)
        assert token.get(URL).json()["items"] == []
        assert token.post(URL, json=OTTER).status_code == 403
        for account, status in (("ava", 201), ("ben", 404)):
            body = {**OTTER, "scope": "account", "account": account}
            assert token.post(URL, json=body).status_code == status
        assert sent(token, b"seal\n").status_code == 403


class TestImport:
    def test_a_list_is_tried_and_put_in_force(self, local: TestClient) -> None:
        content = b"handle,reason\notter,\nseal,a lawyer wrote\n"
        counts = {"added": 2, "updated": 0, "unchanged": 0, "errors": [], "errors_omitted": 0}
        assert sent(local, content, dry_run="true").json() == {"dry_run": True, **counts}
        assert local.get(URL).json()["items"] == []
        assert sent(local, content).json() == {"dry_run": False, **counts}
        shown = {one["handle"]: one["reason"] for one in local.get(URL).json()["items"]}
        assert shown == {"otter": "a campaign", "seal": "a lawyer wrote"}
        assert sent(local, content).json()["unchanged"] == 2

    def test_one_fault_and_nothing_is_changed(self, local: TestClient) -> None:
        answer = sent(local, b"handle,expires_at\notter,\nseal,soon\n")
        assert (answer.status_code, answer.json()["errors"]) == (
            200,
            [
                {
                    "line": 3,
                    "column": "expires_at",
                    "message": "must be a date or a time, as 2027-01-31",
                }
            ],
        )
        assert local.get(URL).json()["items"] == []

    def test_what_cannot_be_read_is_refused(self, local: TestClient) -> None:
        assert sent(local, b"\xff\xfe").status_code == 422
        assert sent(local, b"otter", reason="").status_code == 422
        assert sent(local, b"otter", scope="account").status_code == 422
        assert sent(local, b"otter", surprise="1").status_code == 422
        assert local.post(f"{URL}/import", data={"reason": "x"}).status_code in {415, 422}
