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


class TestTokens:
    def test_a_token_is_shown_once_and_works(self, app: FastAPI, local: TestClient) -> None:
        token = admin_token(local, role="viewer")
        assert token.startswith("rt_")
        assert token not in local.get("/api/tokens").text
        bearer = serving.client(app, peer=serving.ELSEWHERE, authorization=f"Bearer {token}")
        assert bearer.get("/api/me").json()["role"] == "viewer"
        assert bearer.get("/api/settings").status_code == 200
        assert bearer.put("/api/settings", json={"trace_days": 7}).status_code == 403

    def test_a_revoked_or_expired_token_is_refused(
        self, app: FastAPI, local: TestClient, clock: ManualClock
    ) -> None:
        until = (clock.now() + timedelta(hours=1)).isoformat()
        revoked, expiring = admin_token(local), admin_token(local, expires_at=until)
        clients = [
            serving.client(app, authorization=f"Bearer {token}") for token in (revoked, expiring)
        ]
        assert [client.get("/api/me").status_code for client in clients] == [200, 200]
        first = next(
            item
            for item in local.get("/api/tokens").json()["items"]
            if revoked.startswith(item["prefix"])
        )
        assert local.delete(f"/api/tokens/{first['id']}").status_code == 204
        clock.advance(timedelta(hours=1))
        assert [client.get("/api/me").status_code for client in clients] == [401, 401]

    @pytest.mark.parametrize(
        "authorization", ["Bearer", "Bearer rt_wrong", "Basic YTpi", "rt_x", "Bearer  "]
    )
    def test_a_wrong_authorization_never_falls_back_to_the_local_operator(
        self, app: FastAPI, authorization: str
    ) -> None:
        answer = serving.client(app, authorization=authorization).get("/api/me")
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"

    @pytest.mark.parametrize("name", ["token", "access_token", "Authorization", "q"])
    def test_a_token_in_the_url_is_refused(self, local: TestClient, name: str) -> None:
        token = admin_token(local)
        answer = local.get("/api/me", params={name: token})
        assert answer.status_code == 401
        assert token not in answer.text

    def test_a_token_may_no_more_than_its_maker(self, app: FastAPI, local: TestClient) -> None:
        body = {"name": "x", "role": "admin", "scopes": ["secrets:reveal"]}
        assert local.post("/api/tokens", json=body).status_code == 403
        bearer = serving.client(app, authorization=f"Bearer {admin_token(local)}")
        assert "secrets:reveal" not in bearer.get("/api/me").json()["scopes"]

    def test_scopes_narrow_the_role(self, app: FastAPI, local: TestClient) -> None:
        bearer = serving.client(
            app, authorization=f"Bearer {admin_token(local, scopes=['settings:read'])}"
        )
        assert bearer.get("/api/me").json()["scopes"] == ["own", "settings:read"]
        assert bearer.get("/api/tokens").status_code == 403
        body = {"name": "x", "role": "viewer", "scopes": ["settings:write"]}
        assert local.post("/api/tokens", json=body).status_code == 422

    def test_what_the_local_operator_made_ends_with_demo_mode(
        self, app: FastAPI, local: TestClient, make_operator: MakeOperator
    ) -> None:
        bearer = serving.client(app, authorization=f"Bearer {admin_token(local)}")
        assert bearer.get("/api/me").status_code == 200
        make_operator()
        assert bearer.get("/api/me").status_code == 401

    def test_when_it_was_last_used_is_written_down_later(
        self, app: FastAPI, runtime: Runtime, local: TestClient
    ) -> None:
        serving.client(app, authorization=f"Bearer {admin_token(local)}").get("/api/me")
        with runtime.database.writing() as db:
            assert access.write_down_use(db) >= 1
        assert local.get("/api/tokens").json()["items"][0]["last_used_at"] == "2026-01-31T12:00:00Z"


class TestLocalOperator:
    @pytest.mark.parametrize(
        "headers",
        [
            {"origin": "http://evil.example"},
            {"origin": "null"},
            {"forwarded": "for=127.0.0.1"},
            {"x_forwarded_for": "127.0.0.1"},
            {"x_forwarded_host": "127.0.0.1"},
            {"via": "1.1 proxy"},
            {"sec_fetch_site": "cross-site"},
            {"sec_fetch_site": "same-site"},
        ],
        ids=str,
    )
    def test_a_request_that_may_come_from_elsewhere_is_nobody(
        self, app: FastAPI, headers: dict[str, Any]
    ) -> None:
        assert serving.client(app, **headers).get("/api/me").status_code == 401

    @pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000", "LOCALHOST"])
    def test_a_plain_request_on_this_machine_is_the_local_operator(
        self, app: FastAPI, host: str
    ) -> None:
        answer = serving.client(app, host=host).get("/api/me").json()
        assert answer["kind"] == "local"
        assert not {"secrets:reveal", "secrets:export"} & set(answer["scopes"])

    def test_another_machine_is_nobody(self, app: FastAPI) -> None:
        assert serving.client(app, peer=serving.ELSEWHERE).get("/api/me").status_code == 401

    def test_without_demo_mode_there_is_none(self, runtime: Runtime, local: TestClient) -> None:
        with runtime.database.writing() as db:
            access.end_demo(db, by="a live network", now=runtime.clock.now())
        assert local.get("/api/me").status_code == 401

    def test_with_another_bind_there_is_none(self, runtime: Runtime, clock: ManualClock) -> None:
        data_dir = runtime.configuration.data_dir
        exposed = serving.make_runtime(runtime.database, clock, data_dir, bind="0.0.0.0")
        from retinue.capabilities.access import endpoints

        client = serving.client(serving.make_app(exposed, [endpoints.router]))
        assert client.get("/api/me").status_code == 401
