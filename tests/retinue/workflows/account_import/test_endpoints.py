from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from retinue.foundation.runtime import Runtime
from retinue.workflows.account_import import service
from tests.factories.importing import file_of, row


def send(local: TestClient, content: bytes, **asked: Any) -> Any:
    return local.post(
        "/api/accounts/import", params=asked, files={"file": ("accounts.csv", content, "text/csv")}
    )


class TestImport:
    def test_a_small_file_is_answered_with_what_it_did(self, local: TestClient) -> None:
        first, second = (send(local, file_of(row(1), row(2))) for _ in range(2))
        assert (first.status_code, first.json()["counts"]["create"]) == (200, 2)
        assert second.json()["counts"] == {
            "rows": 2, "create": 0, "update": 0, "unchanged": 2, "error": 0, "revived": 0,
        }  # fmt: skip
        assert local.get("/api/accounts").json()["total"] == 2

    def test_a_dry_run_says_each_rows_fate_and_stores_nothing(self, local: TestClient) -> None:
        send(local, file_of(row(1)))
        content = file_of(row(1), row(2), row(3, password="hush-hush", email="nobody"))
        answer = send(local, content, dry_run=True)
        assert [(r["line"], r["outcome"], r["column"]) for r in answer.json()["rows"]] == [
            (2, "unchanged", None), (3, "create", None), (4, "error", "email"),
        ]  # fmt: skip
        assert "hush" not in answer.text
        assert local.get("/api/accounts").json()["total"] == 1

    def test_wrong_rows_are_named_and_can_be_fetched(self, local: TestClient) -> None:
        answer = send(local, file_of(row(1), row(2, login="=cmd|x", ct0="")))
        problem = answer.json()
        assert (answer.status_code, problem["code"]) == (422, "rows_refused")
        assert [found["loc"][-2:] for found in problem["errors"]] == [[3, "login"], [3, "ct0"]]
        csv = local.get(problem["failed_rows"])
        assert csv.headers["content-type"].startswith("text/csv")
        assert csv.text.splitlines()[0] == "account_no,login,line,column,reason,fix"
        assert [line.split(",")[:4] for line in csv.text.splitlines()[1:]] == [
            ["WACC002", "", "3", "login"], ["WACC002", "", "3", "ct0"],
        ]  # fmt: skip

    def test_a_large_file_is_taken_in_and_imported_behind(
        self, local: TestClient, runtime: Runtime
    ) -> None:
        content = file_of(*(row(n, user_agent="x" * 450) for n in range(2_200)))
        assert len(content) > service.LARGEST_AT_ONCE
        answer = send(local, content)
        place = answer.headers["location"]
        assert (answer.status_code, answer.json()["state"]) == (202, "waiting")
        assert local.get(place).json()["progress"] == 0

        service.run(runtime, answer.json()["import_id"])

        report = local.get(place).json()
        assert (report["state"], report["progress"], report["counts"]["create"]) == (
            "completed", 100, 2_200,
        )  # fmt: skip

    def test_a_large_dry_run_keeps_a_page_for_every_row(
        self, local: TestClient, runtime: Runtime
    ) -> None:
        content = file_of(*(row(n, user_agent="x" * 450) for n in range(2_200)), row(0))
        answer = send(local, content, dry_run=True).json()
        service.run(runtime, answer["import_id"])
        place = f"/api/accounts/imports/{answer['import_id']}"
        counts = local.get(place).json()["counts"]
        assert (counts["create"], counts["error"]) == (2_199, 2)
        seen: list[int] = []
        asked: dict[str, Any] = {"limit": 1000}
        while asked:
            page = local.get(f"{place}/rows", params=asked).json()
            seen += [found["line"] for found in page["items"]]
            cursor = page["next_cursor"]
            asked = {"limit": 1000, "cursor": cursor} if cursor else {}
        assert sorted(set(seen)) == list(range(2, 2_203))
        assert local.get("/api/accounts").json()["total"] == 0

    def test_a_file_above_ten_megabytes_is_too_large(self, local: TestClient) -> None:
        answer = send(local, b"x" * (service.LARGEST_FILE + 1))
        assert answer.status_code == 413

    @pytest.mark.parametrize(
        "form",
        [
            {"files": {"other": ("a.csv", b"a", "text/csv")}},
            {"files": [("file", ("a.csv", b"a")), ("file", ("b.csv", b"b"))]},
            {"data": {"file": "account_no"}},
            {"json": {"file": "account_no"}},
            {"content": b"--x\r\n", "headers": {"content-type": "multipart/form-data"}},
            {"content": b"zzz", "headers": {"content-type": "multipart/form-data; boundary=x"}},
        ],
    )
    def test_a_form_that_is_none_is_refused(self, local: TestClient, form: dict[str, Any]) -> None:
        answer = local.post("/api/accounts/import", **form)
        assert answer.status_code in {415, 422}
        assert "file" in answer.json()["detail"] or answer.status_code == 415

    def test_wrong_parameters_are_named(self, local: TestClient) -> None:
        answer = send(local, file_of(row()), mode="most")
        assert (answer.status_code, answer.json()["errors"][0]["loc"]) == (422, ["query", "mode"])


class TestReadImport:
    @pytest.mark.parametrize(
        ("name", "status"), [("nothing", 404), ("0198-unknown", 404), ("x" * 200, 422)]
    )
    @pytest.mark.parametrize("part", ["", "/rows", "/failed-rows.csv"])
    def test_an_unknown_import_is_not_found(
        self, local: TestClient, name: str, status: int, part: str
    ) -> None:
        assert local.get(f"/api/accounts/imports/{name}{part}").status_code == status
