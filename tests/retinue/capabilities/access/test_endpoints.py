from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import Role
from retinue.capabilities.audit import service as audit
from retinue.capabilities.audit.schemas import AuditFilter
from retinue.foundation.clock import ManualClock
from retinue.foundation.runtime import Runtime
from tests.factories import serving
from tests.retinue.capabilities.access.conftest import PASSWORD, LogIn, MakeOperator


def setup_code(runtime: Runtime) -> str:
    with runtime.database.writing() as db:
        code = access.new_setup_code(db)
    assert code is not None
    return code


def admin_token(client: TestClient, **wanted: Any) -> str:
    answer = client.post("/api/tokens", json={"name": "ci", "role": "admin", **wanted})
    assert answer.status_code == 201, answer.text
    token: str = answer.json()["token"]
    return token


class TestSetup:
    def test_the_code_makes_the_first_admin_and_ends_demo_mode(
        self, runtime: Runtime, local: TestClient, log_in: LogIn
    ) -> None:
        assert local.get("/api/me").json()["kind"] == "local"
        body = {"code": setup_code(runtime), "username": "Anna", "password": PASSWORD}
        answer = local.post("/api/setup", json=body)
        assert (answer.status_code, answer.json()["username"]) == (201, "anna")

        assert local.get("/api/me").status_code == 401
        assert log_in("ANNA").get("/api/me").json()["role"] == "admin"

    def test_the_code_works_once(self, runtime: Runtime, local: TestClient) -> None:
        body = {"code": setup_code(runtime), "username": "anna", "password": PASSWORD}
        assert local.post("/api/setup", json=body).status_code == 201
        answer = local.post("/api/setup", json={**body, "username": "ben"})
        assert (answer.status_code, answer.json()["code"]) == (403, "setup_code_wrong")

    def test_an_admin_made_by_command_makes_the_code_void(
        self, runtime: Runtime, local: TestClient, make_operator: MakeOperator
    ) -> None:
        code = setup_code(runtime)
        make_operator()
        body = {"code": code, "username": "mallory", "password": PASSWORD}
        assert local.post("/api/setup", json=body).status_code == 403

    @pytest.mark.parametrize(
        "password", ["short", "passwordpassword", "anna violet harbour", "qwertyuiop123"]
    )
    def test_a_weak_password_is_refused_with_the_reason_and_uses_up_nothing(
        self, runtime: Runtime, local: TestClient, password: str
    ) -> None:
        body = {"code": setup_code(runtime), "username": "anna", "password": password}
        answer = local.post("/api/setup", json=body)
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["loc"] == ["password"]
        assert password not in answer.text
        assert local.post("/api/setup", json={**body, "password": PASSWORD}).status_code == 201


class TestLogin:
    def test_the_cookie_is_out_of_reach_of_scripts(
        self, app: FastAPI, make_operator: MakeOperator
    ) -> None:
        make_operator()
        answer = serving.client(app).post(
            "/api/login", json={"username": "anna", "password": PASSWORD}
        )
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "samesite=lax" in cookie.lower()
        assert "secure" not in cookie.lower()

    def test_over_https_the_cookie_is_secure(
        self, app: FastAPI, make_operator: MakeOperator
    ) -> None:
        make_operator()
        client = TestClient(app, base_url="https://127.0.0.1", client=serving.HERE)
        answer = client.post("/api/login", json={"username": "anna", "password": PASSWORD})
        assert "secure" in answer.headers["set-cookie"].lower()

    def test_a_wrong_name_and_a_wrong_password_get_the_same_answer(
        self, app: FastAPI, make_operator: MakeOperator
    ) -> None:
        make_operator()
        answers = [
            serving.client(app).post("/api/login", json={"username": name, "password": "wrong"})
            for name in ("anna", "nobody")
        ]
        assert [answer.status_code for answer in answers] == [401, 401]
        assert answers[0].json()["detail"] == answers[1].json()["detail"]

    def test_guessing_is_slowed_and_never_locks_out_for_good(
        self, app: FastAPI, clock: ManualClock, make_operator: MakeOperator
    ) -> None:
        make_operator()
        far = serving.client(app, peer=serving.ELSEWHERE)
        evaluated = 0
        for _ in range(200):
            answer = far.post("/api/login", json={"username": "anna", "password": "wrong"})
            evaluated += answer.status_code == 401
            if answer.status_code == 429:
                assert int(answer.headers["retry-after"]) >= 1
            clock.advance(timedelta(seconds=1))
        assert evaluated <= 15

        # The person at the machine is not kept out by guesses from elsewhere, and the others wait five minutes at most.
        good = {"username": "anna", "password": PASSWORD}
        assert far.post("/api/login", json=good).status_code == 429
        assert serving.client(app).post("/api/login", json=good).status_code == 200
        clock.advance(timedelta(minutes=5))
        assert far.post("/api/login", json=good).status_code == 200

    def test_one_address_cannot_try_many_names(self, app: FastAPI) -> None:
        far = serving.client(app, peer=serving.ELSEWHERE)
        answers = [
            far.post("/api/login", json={"username": f"name{number}", "password": "x"}).status_code
            for number in range(25)
        ]
        assert answers == [401] * 20 + [429] * 5

    def test_the_second_factor_is_asked_for(
        self, app: FastAPI, clock: ManualClock, make_operator: MakeOperator, log_in: LogIn
    ) -> None:
        make_operator()
        admin = log_in()
        secret = pyotp.random_base32()
        now = pyotp.TOTP(secret).at(clock.now())
        body = {"totp_secret": secret, "totp_code": now}
        me = admin.get("/api/operators").json()["items"][0]["id"]
        assert (
            admin.patch(f"/api/operators/{me}", json={**body, "totp_code": "000000"}).status_code
            == 422
        )
        assert admin.patch(f"/api/operators/{me}", json=body).json()["has_second_factor"]

        given = {"username": "anna", "password": PASSWORD}
        answer = serving.client(app).post("/api/login", json=given)
        assert (answer.status_code, answer.json()["code"]) == (401, "second_factor_needed")
        assert (
            serving.client(app).post("/api/login", json={**given, "totp": now}).status_code == 200
        )

    @pytest.mark.parametrize("ending", ["log out", "password", "disable", "expiry"])
    def test_a_cookie_dies_at_once(
        self,
        app: FastAPI,
        clock: ManualClock,
        make_operator: MakeOperator,
        log_in: LogIn,
        ending: str,
    ) -> None:
        make_operator()
        make_operator("ben", Role.operator)
        admin, ben = log_in(), log_in("ben")
        ben_id = next(
            item["id"]
            for item in admin.get("/api/operators").json()["items"]
            if item["username"] == "ben"
        )
        assert ben.get("/api/me").status_code == 200
        cookie = ben.cookies["retinue_session"]

        if ending == "log out":
            assert ben.delete("/api/login").status_code == 204
        elif ending == "password":
            body = {"current": PASSWORD, "new": "another quiet river 77"}
            assert ben.put("/api/me/password", json=body).status_code == 204
        elif ending == "disable":
            assert (
                admin.patch(f"/api/operators/{ben_id}", json={"disabled": True}).status_code == 200
            )
        else:
            clock.advance(timedelta(days=7))
        ben.cookies.set("retinue_session", cookie)
        assert ben.get("/api/me").status_code == 401

    def test_a_change_with_a_cookie_needs_our_page_and_its_token(
        self, app: FastAPI, make_operator: MakeOperator, log_in: LogIn
    ) -> None:
        make_operator()
        browser = log_in()
        change = {"trace_days": 7}
        for headers in (
            {"x-csrf-token": ""},
            {"x-csrf-token": "wrong"},
            {"origin": "http://evil.example"},
            {"origin": "null"},
            {"sec-fetch-site": "cross-site"},
            {"sec-fetch-site": "same-site"},
            {"origin": "http://127.0.0.1:9999"},
        ):
            assert browser.put("/api/settings", json=change, headers=headers).status_code == 403, (
                headers
            )
        del browser.headers["origin"]
        del browser.headers["sec-fetch-site"]
        assert browser.put("/api/settings", json=change).status_code == 403
        assert browser.get("/api/settings").json()["version"] == 0
        assert (
            browser.put(
                "/api/settings", json=change, headers={"sec-fetch-site": "same-origin"}
            ).status_code
            == 200
        )


class TestOperators:
    def test_the_last_admin_stays(self, make_operator: MakeOperator, log_in: LogIn) -> None:
        make_operator()
        admin = log_in()
        me = admin.get("/api/operators").json()["items"][0]["id"]
        for change in ({"role": "viewer"}, {"disabled": True}):
            answer = admin.patch(f"/api/operators/{me}", json=change)
            assert (answer.status_code, answer.json()["code"]) == (409, "last_admin")

    def test_a_name_is_taken_once_whatever_its_case(
        self, make_operator: MakeOperator, log_in: LogIn
    ) -> None:
        make_operator()
        answer = log_in().post(
            "/api/operators", json={"username": "ANNA", "password": PASSWORD, "role": "viewer"}
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "username_taken")

    def test_every_change_is_audited(
        self, runtime: Runtime, make_operator: MakeOperator, log_in: LogIn
    ) -> None:
        make_operator()
        admin = log_in()
        answer = admin.post(
            "/api/operators", json={"username": "ben", "password": PASSWORD, "role": "viewer"}
        )
        admin.patch(f"/api/operators/{answer.json()['id']}", json={"role": "operator"})
        with runtime.database.reading() as db:
            entries = audit.newest(db, AuditFilter(subject_id="ben"))
            assert audit.verify(db) is None
        assert [entry.action for entry in entries] == [
            "access.operator_role_changed",
            "access.operator_added",
        ]
        assert all(
            entry.actor == "operator:anna" and entry.request_id and entry.address
            for entry in entries
        )

    def test_when_somebody_was_last_seen_outlasts_the_log_in(
        self, runtime: Runtime, clock: ManualClock, make_operator: MakeOperator, log_in: LogIn
    ) -> None:
        make_operator()
        make_operator("ben", Role.viewer)
        admin, ben = log_in(), log_in("ben")
        clock.advance(timedelta(seconds=90))
        assert ben.get("/api/me").status_code == 200
        with runtime.database.writing() as db:
            access.write_down_use(db)
        assert ben.delete("/api/login").status_code == 204

        seen = {one["username"]: one for one in admin.get("/api/operators").json()["items"]}

        assert seen["ben"]["last_seen_at"] == "2026-01-31T12:01:30Z"

    def test_the_local_operator_makes_nobody(self, local: TestClient) -> None:
        answer = local.post(
            "/api/operators", json={"username": "eve", "password": PASSWORD, "role": "admin"}
        )
        assert answer.status_code == 403
        assert "retinue access setup-url" in answer.json()["detail"]
