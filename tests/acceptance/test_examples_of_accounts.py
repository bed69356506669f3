"""As `test_examples`: what an account is, and what it is told to do."""

from __future__ import annotations

import httpx2
import pytest

from tests.acceptance.envelopes import problem, refused, succeeded
from tests.acceptance.test_examples import http, new_account, numbers

__all__ = ["http"]

pytestmark = [pytest.mark.slow]


class TestConfig:
    def test_what_was_read_can_be_put_back(self, http: httpx2.Client) -> None:
        read = http.get("/config").json()
        assert read["installation"]["demo"] is True
        assert http.put("/config", json={"cooldown_minutes": 44}).json()["cooldown_minutes"] == 44
        back = {name: value for name, value in read.items() if name != "version"}
        again = http.put("/config", json=back)
        assert again.status_code == 200, again.text
        assert again.json()["cooldown_minutes"] == read["cooldown_minutes"]
        assert http.get("/api/settings").json()["version"] == again.json()["version"]

    def test_an_unknown_setting_is_named(self, http: httpx2.Client) -> None:
        refused(http.put("/config", json={"cooldown_minuets": 1}), 422, names="cooldown_minuets")
        problem(
            http.put("/api/settings", json={"cooldown_minutes": -1}), 422, names="cooldown_minutes"
        )


class TestAccounts:
    def test_one_is_added_retired_and_revived(self, http: httpx2.Client) -> None:
        login = f"newcomer_{next(numbers)}"
        added = succeeded(http.post("/accounts", json={"account": login}), "Account added")
        assert (added["account_no"], added["network"]) == (login, "sandgram")
        refused(http.post("/accounts", json={"account": login}), 409, names=login)
        assert login in {one["account"] for one in http.get("/accounts").json()}

        succeeded(http.delete(f"/accounts/{login}"), "Account retired")

        assert login not in {one["account"] for one in http.get("/accounts").json()}
        refused(http.delete(f"/accounts/{login}"), 404, names=login)
        assert http.post("/accounts", json={"account": login}).status_code == 200
        assert login in {one["account"] for one in http.get("/accounts").json()}

    def test_the_list_has_its_six_fields(self, http: httpx2.Client) -> None:
        for one in http.get("/accounts").json():
            assert {"account", "account_no", "network", "lifecycle", "health", "session"} <= set(
                one
            )

    def test_a_patch_wants_the_revision_that_was_read(self, http: httpx2.Client) -> None:
        login = new_account(http)
        (row,) = http.get("/api/accounts", params={"search": login}).json()["items"]
        path = f"/api/accounts/{row['id']}"
        tag = http.get(path).headers["etag"]
        change = {"lifecycle": "active", "reason": "by hand"}
        assert (
            http.patch(path, json=change, headers={"If-Match": tag}).json()["lifecycle"] == "active"
        )
        problem(http.patch(path, json={"labels": ["x"]}, headers={"If-Match": tag}), 412)

    def test_states_say_who_may_act(self, http: httpx2.Client) -> None:
        states = http.get("/api/accounts/states", params={"limit": 100}).json()["items"]
        assert {
            "account_id",
            "state",
            "cooldown_until",
            "seconds_left",
            "consecutive_rate_limits",
            "error_count",
            "last_error",
            "recent_errors",
        } <= set(states[0])


class TestPlan:
    def test_a_change_keeps_comments_and_order_and_can_be_undone(self, http: httpx2.Client) -> None:
        text = "# mine\nblogger: [otter]\nlikes-percentage: 100   # all of them\nfollow-percentage: 5\n"
        path = f"/account_config/{new_account(http, config=text)}"
        changed = http.put(
            path, json={"set": {"likes-percentage": 50}, "add": {"blogger": ["heron"]}}
        )
        assert changed.status_code == 200, changed.text
        after = http.get(path).json()
        assert after["text"].startswith(
            "# mine\nblogger: [otter, heron]\nlikes-percentage: 50   # all of them\n"
        )
        assert (after["version"], after["config"]["blogger"]) == (2, ["otter", "heron"])

        rehearsed = http.put(path, json={"remove": {"blogger": ["heron"]}, "dry_run": True})
        assert rehearsed.status_code == 200, rehearsed.text
        assert http.get(path).json()["version"] == 2
        assert [one["version"] for one in http.get(f"{path}/versions").json()["versions"]] == [2, 1]
        assert http.post(f"{path}/restore", json={"version": 1}).status_code == 200
        assert http.get(path).json()["text"] == text
        refused(http.put(path, json={"set": {"likes-percentage": 1}, "if_version": 1}), 409)
        refused(http.post(f"{path}/restore", json={"version": 99}), 404)
