from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from tests.retinue.capabilities.plans.conftest import BASE

pytestmark = pytest.mark.usefixtures("first_plan")


class TestReadPlan:
    def test_it_answers_text_object_version_and_findings(self, api: TestClient) -> None:
        answer = api.get(BASE).json()

        assert (answer["status"], answer["account"], answer["version"]) == ("success", "luna", 1)
        assert answer["text"].startswith("# mine\n")
        assert answer["config"] == {"blogger": ["a", "b"], "likes-percentage": "50", "feed": "3"}
        assert answer["findings"][0] == {
            "line": 4,
            "column": 1,
            "key": "feed",
            "severity": "warning",
            "message": "not carried out yet; kept in the text",
            "suggestion": None,
        }

    def test_an_unknown_account_is_not_found(self, api: TestClient) -> None:
        answer = api.get("/account_config/nobody")

        assert answer.status_code == 404
        assert answer.json()["code"] == "account_not_found"


class TestChangePlan:
    def test_it_edits_in_place(self, api: TestClient) -> None:
        body = {
            "set": {"likes-percentage": "70-90"},
            "add": {"blogger": ["c"]},
            "remove": {"blogger": ["a"]},
            "if_version": 1,
        }
        answer = api.put(BASE, json=body)

        assert answer.status_code == 200, answer.text
        assert answer.json()["message"] == "Plan saved"
        assert answer.json()["version"] == 2
        assert (
            answer.json()["text"]
            == "# mine\nblogger: [b, c] # two\nlikes-percentage: 70-90\nfeed: 3\n"
        )
        assert "-likes-percentage: 50" in answer.json()["diff"]

    def test_a_dry_run_saves_nothing(self, api: TestClient) -> None:
        answer = api.put(BASE, json={"set": {"feed": None}, "dry_run": True}).json()

        assert answer["message"] == "Dry run: nothing was saved"
        assert "-feed: 3" in answer["diff"]
        assert api.get(BASE).json()["version"] == 1

    def test_an_old_version_is_a_conflict(self, api: TestClient) -> None:
        answer = api.put(BASE, json={"set": {"feed": 4}, "if_version": 9})

        assert answer.status_code == 409
        assert answer.json()["code"] == "plan_changed"
        assert answer.json()["version"] == 1

    def test_an_empty_request_changes_nothing(self, api: TestClient) -> None:
        answer = api.put(BASE, json={}).json()

        assert (answer["message"], answer["version"], answer["diff"]) == (
            "Nothing to change",
            1,
            None,
        )


class TestVersions:
    def test_they_are_listed_and_restored(self, api: TestClient) -> None:
        api.put(BASE, json={"set": {"feed": 4}})
        restored = api.post(f"{BASE}/restore", json={"version": 1}).json()

        assert (restored["message"], restored["version"]) == ("Version 1 restored", 3)
        rows = api.get(f"{BASE}/versions").json()["versions"]
        assert [(row["version"], row["saved_by"], row["is_current"]) for row in rows] == [
            (3, "local operator", True),
            (2, "local operator", False),
            (1, "cli", False),
        ]

    def test_a_version_that_never_was_is_not_found(self, api: TestClient) -> None:
        answer = api.post(f"{BASE}/restore", json={"version": 9})

        assert answer.status_code == 404
        assert answer.json()["errors"][0]["loc"] == ["version"]


class TestWholeText:
    def test_a_dry_run_tells_errors_instead_of_refusing(self, api: TestClient) -> None:
        answer = api.put(BASE, json={"text": "likes-percentag: 5\n", "dry_run": True})

        assert answer.status_code == 200, answer.text
        found = answer.json()["findings"][0]
        assert (found["line"], found["severity"], found["key"]) == (1, "error", "likes-percentag")
        assert api.get(BASE).json()["version"] == 1

    def test_errors_are_refused_when_it_is_to_be_saved(self, api: TestClient) -> None:
        answer = api.put(BASE, json={"text": "likes-percentag: 5\n"})

        assert (answer.status_code, answer.json()["code"]) == (422, "plan_refused")

    def test_it_becomes_the_next_version(self, api: TestClient) -> None:
        answer = api.put(BASE, json={"text": "likes-percentage: 5\n", "if_version": 1}).json()

        assert (answer["version"], answer["text"]) == (2, "likes-percentage: 5\n")

    def test_text_and_single_keys_exclude_each_other(self, api: TestClient) -> None:
        answer = api.put(BASE, json={"text": "feed: 3\n", "set": {"feed": 4}})

        assert answer.status_code == 422
        assert "either text" in answer.text


class TestReadVersion:
    def test_it_shows_how_it_differs_from_the_plan_in_force(self, api: TestClient) -> None:
        api.put(BASE, json={"set": {"feed": 4}})
        answer = api.get(f"{BASE}/versions/1").json()

        assert (answer["version"], "feed: 3" in answer["text"]) == (1, True)
        assert "+feed: 3" in answer["diff"]

    def test_a_version_that_never_was_is_not_found(self, api: TestClient) -> None:
        assert api.get(f"{BASE}/versions/9").status_code == 404
