from __future__ import annotations

import re
import time
from typing import Any

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import ClientConnection

from retinue.capabilities.access import service as access
from retinue.capabilities.access.models import ApiToken, Role
from retinue.capabilities.access.schemas import Origin
from retinue.capabilities.realtime import rules
from tests.factories import plain_http
from tests.factories.staging import ROOT
from tests.factories.streaming import Station, read, read_until

PASSWORD = "violet harbour 12 lanterns"
CLI = Origin("command line")


def refused(station: Station, **options: Any) -> tuple[int, str]:
    with pytest.raises(InvalidStatus) as found:
        station.connect(**options)
    answer = found.value.response
    return answer.status_code, (answer.body or b"").decode()


def log_in(station: Station, role: Role = Role.operator) -> httpx2.Client:
    password_hash = access.prepare_password(PASSWORD, username="anna")
    with station.runtime.database.writing() as db:
        access.add_operator(
            db, username="anna", password_hash=password_hash, role=role, origin=CLI,
            now=station.runtime.clock.now(),
        )  # fmt: skip
    origin = f"http://{station.host}"
    browser = plain_http.client(origin, headers={"origin": origin})
    answer = browser.post("/api/login", json={"username": "anna", "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    browser.headers["x-csrf-token"] = answer.json()["csrf_token"]
    return browser


def cookie_of(browser: httpx2.Client) -> str:
    return "; ".join(f"{name}={value}" for name, value in browser.cookies.items())


def code_at_the_end(client: ClientConnection, *, within: float) -> int:
    begun = time.monotonic()
    with pytest.raises(ConnectionClosed) as closed:
        while True:
            read(client, timeout=within)
    assert time.monotonic() - begun < within
    assert closed.value.rcvd is not None
    return closed.value.rcvd.code


class TestHandshake:
    @pytest.mark.parametrize(
        "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "http://localhost.evil"]
    )
    def test_a_page_of_another_site_is_refused(self, station: Station, origin: str) -> None:
        token, _ = station.token()
        assert refused(station, origin=origin)[0] == 403
        assert refused(station, origin=origin, token=token)[0] == 403

    def test_a_foreign_host_is_refused(self, station: Station) -> None:
        for host in ("evil.example", "127.0.0.1.evil.com", "0.0.0.0"):
            assert refused(station, host=host)[0] == 400

    def test_our_own_page_is_let_in(self, station: Station) -> None:
        with station.connect(origin=f"http://{station.host}") as client:
            assert read(client)["type"] == "hello"

    def test_a_stranger_is_told_how_to_come_in(self, station: Station) -> None:
        status, said = refused(station, via="1.1 proxy")
        assert status == 401
        assert "unauthenticated" in said

    def test_a_wrong_token_is_refused(self, station: Station) -> None:
        assert refused(station, token="rt_" + "x" * 43)[0] == 401

    def test_a_token_in_the_url_is_refused(self, station: Station) -> None:
        token, _ = station.token()
        assert refused(station, path=f"/api/ws?token={token}")[0] == 401

    def test_a_cookie_needs_the_origin_of_our_own_page(self, station: Station) -> None:
        browser = log_in(station)
        cookie = cookie_of(browser)
        assert refused(station, cookie=cookie)[0] == 403
        with station.connect(cookie=cookie, origin=f"http://{station.host}") as client:
            assert read(client)["type"] == "hello"
        browser.close()


class TestScopes:
    def test_a_caller_hears_what_its_scopes_allow(self, station: Station) -> None:
        token, _ = station.token(role=Role.viewer, scopes=["sessions:read"])
        with station.connect(token=token) as client:
            assert read(client)["data"]["types"] == [
                "pause_update",
                "session_update",
                "task_update",
            ]
            station.publish({"account_id": 1})
            station.publish({"version": 2}, type="settings_update")
            station.publish({"account_id": 1, "status": "running"}, type="session_update")
            assert read(client)["type"] == "session_update"

    def test_a_restricted_token_hears_of_its_own_accounts_only(self, station: Station) -> None:
        token, _ = station.token(account_ids=[2, 3])
        with station.connect(token=token) as client:
            read(client)
            station.publish({"account_id": 1}, {"account_id": 2}, {"other": 1})
            station.publish({"import_id": "x"}, type="import_update")
            station.publish({"account_id": 3})
            assert read(client)["data"] == {"account_id": 2}
            assert read(client)["data"] == {"account_id": 3}
        with station.connect(0, token=token) as client:
            assert read(client)["type"] == "hello"
            found = read_until(client, 5)
        assert [event["data"]["account_id"] for event in found] == [2, 3]

    def test_a_bot_hears_nothing(self, station: Station) -> None:
        token, _ = station.token(role=Role.bot)
        with station.connect(token=token) as client:
            assert read(client)["data"]["types"] == []
            station.publish({"account_id": 1})
            with pytest.raises(TimeoutError):
                client.recv(timeout=0.5)

    def test_every_type_that_is_published_has_a_scope(self) -> None:
        source = "\n".join(
            path.read_text(encoding="utf-8") for path in (ROOT / "src" / "retinue").rglob("*.py")
        )
        published = set(re.findall(r"events\.publish(?:_all)?\(\s*db,\s*\"(\w+)\"", source))
        assert published
        assert published <= rules.SCOPES.keys()


class TestEndOfRights:
    def test_a_revoked_token_ends_the_stream(self, station: Station) -> None:
        token, token_id = station.token()
        with station.connect(token=token) as client, station.connect() as local:
            read(client)
            read(local)
            with station.runtime.database.writing() as db:
                access.revoke_token(db, token_id, origin=CLI, now=station.runtime.clock.now())
            assert code_at_the_end(client, within=2.0) == 4401
            station.publish({"account_id": 1})
            assert read(local)["seq"] == 1

    def test_logging_out_ends_the_stream(self, station: Station) -> None:
        browser = log_in(station)
        client = station.connect(cookie=cookie_of(browser), origin=f"http://{station.host}")
        read(client)
        assert browser.delete("/api/login").status_code in {200, 204}
        assert code_at_the_end(client, within=2.0) == 4401
        browser.close()

    def test_a_disabled_operator_hears_nothing_more(self, station: Station) -> None:
        browser = log_in(station)
        client = station.connect(cookie=cookie_of(browser), origin=f"http://{station.host}")
        read(client)
        with station.runtime.database.writing() as db:
            access.set_disabled(
                db, access.operator_named(db, "anna"), disabled=True, origin=CLI,
                now=station.runtime.clock.now(),
            )  # fmt: skip
        assert code_at_the_end(client, within=2.0) == 4401
        browser.close()

    def test_fewer_scopes_are_fewer_events_within_two_seconds(self, station: Station) -> None:
        token, token_id = station.token(scopes=["accounts:read", "settings:read"])
        with station.connect(token=token) as client:
            assert "settings_update" in read(client)["data"]["types"]
            with station.runtime.database.writing() as db:
                db.get_one(ApiToken, token_id).scopes = ["accounts:read"]
            time.sleep(2)
            station.publish({"version": 2}, type="settings_update")
            station.publish({"account_id": 1})
            assert read(client)["type"] == "account_update"
