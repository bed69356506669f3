from __future__ import annotations

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.evidence import service as evidence
from retinue.capabilities.evidence.endpoints import router
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from tests.factories.serving import client, make_app, make_runtime
from tests.retinue.capabilities.evidence.test_service import PNG, SEEN


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    runtime = make_runtime(database, clock, data_dir)
    with database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=clock.now())
    return runtime


@pytest.fixture
def caller(runtime: Runtime) -> TestClient:
    return client(make_app(runtime, [router]))


@pytest.fixture
def kept(runtime: Runtime) -> tuple[str, ...]:
    written = evidence.write(runtime.configuration.data_dir, SEEN)
    with runtime.database.writing() as db:
        return evidence.enter(db, written, now=runtime.clock.now())


class TestList:
    def test_it_is_found_by_what_it_is_about(
        self, caller: TestClient, kept: tuple[str, ...]
    ) -> None:
        def ids(**query: object) -> list[str]:
            shown = caller.get("/api/evidence", params=query).json()  # type: ignore[arg-type]
            return [item["id"] for item in shown["items"]]

        assert ids(subject_kind="task", subject_id="t1") == list(kept[::-1])
        assert ids(account_id=7, kind="picture") == [kept[0]]
        assert ids(id=kept) == list(kept[::-1])
        assert ids(account_id=8) == []

    def test_pages_lead_on(self, caller: TestClient, kept: tuple[str, ...]) -> None:
        first = caller.get("/api/evidence", params={"limit": 1}).json()
        last = caller.get("/api/evidence", params={"limit": 1, "cursor": first["next_cursor"]})
        assert [first["items"][0]["id"], last.json()["items"][0]["id"]] == list(kept[::-1])


class TestFile:
    def test_a_picture_is_shown_and_nothing_in_it_may_run(
        self, caller: TestClient, kept: tuple[str, ...]
    ) -> None:
        answer = caller.get(f"/api/evidence/{kept[0]}/file")

        assert answer.content == PNG
        assert answer.headers["content-type"] == "image/png"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        again = {"If-None-Match": answer.headers["etag"]}
        assert caller.get(f"/api/evidence/{kept[0]}/file", headers=again).status_code == 304

    def test_a_page_is_text_to_be_saved(self, caller: TestClient, kept: tuple[str, ...]) -> None:
        answer = caller.get(f"/api/evidence/{kept[1]}/file")

        assert answer.headers["content-type"] == "text/plain; charset=utf-8"
        assert answer.headers["content-disposition"].startswith("attachment")

    def test_a_file_that_is_gone_is_not_found(
        self, caller: TestClient, kept: tuple[str, ...], runtime: Runtime
    ) -> None:
        for path in evidence.folder(runtime.configuration.data_dir).iterdir():
            path.unlink()
        answer = caller.get(f"/api/evidence/{kept[0]}/file")
        assert (answer.status_code, answer.json()["code"]) == (404, "evidence_not_found")
        assert caller.get("/api/evidence/none/file").status_code == 404
