from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from starlette.testclient import TestClient

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import endpoints as accounts
from retinue.capabilities.accounts import service as account_service
from retinue.capabilities.accounts.schemas import AccountCreate
from retinue.capabilities.proxies import service
from retinue.capabilities.proxies.schemas import ProxyCreate
from retinue.foundation.clock import ManualClock
from retinue.foundation.database import Database
from retinue.foundation.runtime import Runtime
from retinue.workflows.proxy_watch import endpoints
from tests.factories import serving

BODY = {"scheme": "socks5", "host": "Proxy.Example", "port": 1080, "username": "me"}


@pytest.fixture
def runtime(database: Database, clock: ManualClock, data_dir: Path) -> Runtime:
    return serving.make_runtime(database, clock, data_dir)


@pytest.fixture
def local(runtime: Runtime) -> TestClient:
    with runtime.database.writing() as db:
        access.initialise(db, runtime.sealer, is_demo=True, now=runtime.clock.now())
    return serving.client(serving.make_app(runtime, [endpoints.router, accounts.router]))


class TestProxies:
    def test_the_password_opens_for_a_driver_and_shows_nowhere(
        self, local: TestClient, runtime: Runtime
    ) -> None:
        added = local.post("/api/proxies", json={**BODY, "password": "hush-hush"})
        url = f"/api/proxies/{added.json()['id']}"
        answers = [added, local.get("/api/proxies"), local.get(url)]
        changed = local.patch(url, json={"password": "hush-again"})
        assert (added.status_code, changed.json()["has_password"]) == (201, True)
        assert not any("hush" in answer.text for answer in (*answers, changed))
        with runtime.database.reading() as db:
            opened = service.open(db, runtime.sealer, added.json()["id"])
            audit = str(db.execute(text("SELECT * FROM audit_entries")).all())
        assert (opened.url, opened.username, opened.password) == (
            "socks5://proxy.example:1080",
            "me",
            "hush-again",
        )
        assert "hush" not in audit + repr(opened)

    def test_one_address_with_one_user_name_is_one_proxy(
        self, local: TestClient, runtime: Runtime
    ) -> None:
        assert local.post("/api/proxies", json=BODY).status_code == 201
        again = local.post("/api/proxies", json={**BODY, "host": "PROXY.example"})
        other = local.post("/api/proxies", json={**BODY, "username": "you"})
        assert (again.status_code, other.status_code) == (409, 201)
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            wanted = ProxyCreate(scheme="socks5", host="proxy.example", port=1080, username="me")
            found = [service.ensure(db, runtime.sealer, wanted, now).id for _ in range(2)]
        assert len(set(found)) == 1

    def test_addresses_have_one_spelling(self, local: TestClient) -> None:
        for host, shown in (("[2001:DB8::0001]", "2001:db8::1"), ("127.0.0.1", "127.0.0.1")):
            assert local.post("/api/proxies", json={**BODY, "host": host}).json()["host"] == shown

    @pytest.mark.parametrize(
        ("body", "field"),
        [
            ({**BODY, "host": "a b"}, "host"),
            ({**BODY, "host": "http://a"}, "host"),
            ({**BODY, "host": "a\x00"}, "host"),
            ({**BODY, "host": "x" * 10_000}, "host"),
            ({**BODY, "port": 0}, "port"),
            ({**BODY, "port": 65536}, "port"),
            ({**BODY, "scheme": "ftp"}, "scheme"),
            ({**BODY, "username": "a\r\nb"}, "username"),
            ({**BODY, "password": ""}, "password"),
            ({**BODY, "colour": "red"}, "colour"),
        ],
    )
    def test_a_bad_value_is_named_and_leaves_nothing(
        self, local: TestClient, body: dict[str, Any], field: str
    ) -> None:
        answer = local.post("/api/proxies", json=body)
        assert answer.status_code == 422
        assert field in answer.json()["errors"][0]["loc"]
        assert local.get("/api/proxies").json()["total"] == 0

    def test_one_that_accounts_use_stays(self, local: TestClient, runtime: Runtime) -> None:
        proxy = local.post("/api/proxies", json=BODY).json()["id"]
        with runtime.database.writing() as db:
            wanted = AccountCreate(login="luna")
            account_service.add(db, runtime.sealer, wanted, actor="me", now=runtime.clock.now())
        account = local.get("/api/accounts").json()["items"][0]["id"]
        bound = local.patch(f"/api/accounts/{account}", json={"proxy": proxy})
        assert bound.json()["proxy_id"] == proxy
        refused = local.delete(f"/api/proxies/{proxy}")
        assert (refused.status_code, refused.json()["code"]) == (409, "proxy_in_use")
        local.patch(f"/api/accounts/{account}", json={"proxy": None})
        assert local.delete(f"/api/proxies/{proxy}").status_code == 204
