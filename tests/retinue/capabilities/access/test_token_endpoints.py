from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.foundation.clock import ManualClock
from retinue.foundation.runtime import Runtime
from tests.factories import serving
from tests.retinue.capabilities.access.conftest import MakeOperator


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
