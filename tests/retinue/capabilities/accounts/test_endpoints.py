from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.retinue.capabilities.accounts.conftest import MakeAccount


class TestList:
    def test_it_shows_no_secret_and_leads_on(
        self, local: TestClient, make_account: MakeAccount
    ) -> None:
        for number in range(3):
            make_account(
                f"luna{number}", credentials={"password": "hush-hush", "auth_token": "hush-2"}
            )
        first = local.get("/api/accounts", params={"limit": 2, "sort_by": "created_at"})
        rest = local.get(
            "/api/accounts",
            params={"cursor": first.json()["next_cursor"], "limit": 2, "sort_by": "created_at"},
        ).json()
        assert (first.json()["total"], len(first.json()["items"]), len(rest["items"])) == (3, 2, 1)
        assert rest["next_cursor"] is None
        assert "hush" not in first.text

    @pytest.mark.parametrize(
        ("asked", "field"),
        [
            ({"sort_by": "password"}, "sort_by"),
            ({"limit": 0}, "limit"),
            ({"type": "bot"}, "type"),
            ({"status": "great"}, "status"),
            ({"cursor": "%%%"}, "cursor"),
            ({"cursor": "WyJsb2dpbiIsICJhIiwgMV0"}, "cursor"),
            ({"colour": "red"}, "colour"),
        ],
    )
    def test_what_cannot_be_asked_is_named(
        self, local: TestClient, asked: dict[str, Any], field: str
    ) -> None:
        answer = local.get("/api/accounts", params=asked)
        assert answer.status_code == 422
        assert field in answer.json()["detail"]


class TestPatch:
    def test_the_etag_guards_the_change(self, local: TestClient, make_account: MakeAccount) -> None:
        url = f"/api/accounts/{make_account().id}"
        etag = local.get(url).headers["etag"]
        assert etag == '"1"'
        first = local.patch(url, json={"labels": ["a"]}, headers={"If-Match": etag})
        second = local.patch(url, json={"labels": ["b"]}, headers={"If-Match": etag})
        assert (first.status_code, first.headers["etag"], second.status_code) == (200, '"2"', 412)
        assert local.get(url).json()["labels"] == ["a"]

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({"lifecycle": "active"}, "reason"),
            ({"lifecycle": "famous", "reason": "x"}, "lifecycle"),
            ({"login": "other"}, "login"),
            ({"health": "ok", "reason": "x"}, "health"),
            ({"proxy": "none"}, "proxy"),
            ({"labels": "a"}, "labels"),
            ({"timezone": "CET+1"}, "timezone"),
        ],
    )
    def test_what_cannot_be_changed_is_named(
        self, local: TestClient, make_account: MakeAccount, body: dict[str, Any], field: str
    ) -> None:
        url = f"/api/accounts/{make_account().id}"
        answer = local.patch(url, json=body)
        assert answer.status_code == 422
        assert field in answer.json()["errors"][0]["loc"]
        assert local.get(url).json()["revision"] == 1

    def test_an_unknown_proxy_is_not_found(
        self, local: TestClient, make_account: MakeAccount
    ) -> None:
        answer = local.patch(f"/api/accounts/{make_account().id}", json={"proxy": 99})
        assert (answer.status_code, answer.json()["code"]) == (404, "proxy_not_found")


class TestDelete:
    def test_it_retires_and_keeps_the_row(
        self, local: TestClient, make_account: MakeAccount
    ) -> None:
        url = f"/api/accounts/{make_account().id}"
        assert [local.delete(url).status_code for _ in range(2)] == [204, 204]
        assert local.get("/api/accounts").json()["items"] == []
        assert local.get(url).json()["lifecycle"] == "retired"
        retired = local.get("/api/accounts", params={"lifecycle": "retired"}).json()
        assert retired["total"] == 1


class TestCredentials:
    def test_it_says_which_are_stored_and_none_of_them(
        self, local: TestClient, make_account: MakeAccount
    ) -> None:
        account = make_account(
            "luna", credentials={"password": "hush-hush", "auth_token": "hush-2"}
        )
        answer = local.get(f"/api/accounts/{account.id}/credentials")

        assert answer.status_code == 200, answer.text
        stored = {one["name"] for one in answer.json()["items"] if one["is_stored"]}
        assert stored == {"password", "auth_token"}
        assert "hush" not in answer.text

    def test_of_an_account_that_is_not_there_nothing_is_said(self, local: TestClient) -> None:
        assert local.get("/api/accounts/999/credentials").status_code == 404
