from __future__ import annotations

import base64
import hashlib
import re
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest

from tests.factories import plain_http
from tests.sandgram.conftest import Numbers
from tests.sandgram.surfaces.x.owner import APP, Owner, token


class TestConsent:
    """An app is let in by whoever is logged in on the web site."""

    VERIFIER = "v" * 64

    def wanted(self, **changed: str) -> dict[str, str]:
        digest = hashlib.sha256(self.VERIFIER.encode()).digest()
        return {
            "response_type": "code",
            "client_id": APP[0],
            "redirect_uri": "http://127.0.0.1:9/back",
            "scope": "users.read offline.access",
            "state": "st",
            "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
            "code_challenge_method": "S256",
            **changed,
        }

    def browser(self, me: Owner) -> httpx2.Client:
        client = plain_http.client(me.client.base_url, follow_redirects=False)
        client.cookies.set("auth_token", me.account.auth_token)
        client.cookies.set("ct0", me.account.ct0)
        return client

    def allowed(self, me: Owner) -> dict[str, str]:
        with self.browser(me) as client:
            led = client.get("/x/i/oauth2/authorize", params=self.wanted())
            assert led.status_code == 302
            page = client.get(led.headers["location"])
            assert page.status_code == 200, page.text
            assert f"@{me.account.login}" in page.text
            names = ("client_id", "redirect_uri", "state", "scope", "code_challenge")
            token = re.findall(r'name="form_token" value="([^"]+)"', page.text)[0]
            form = {name: self.wanted()[name] for name in names}
            back = client.post("/web/authorise", data={**form, "form_token": token})
        assert back.status_code == 302, back.text
        assert back.headers["location"].startswith("http://127.0.0.1:9/back?")
        return dict(parse_qsl(urlsplit(back.headers["location"]).query))

    def redeemed(self, me: Owner, code: str, **changed: str) -> httpx2.Response:
        form = {"redirect_uri": "http://127.0.0.1:9/back", "code_verifier": self.VERIFIER}
        return token(me, APP, grant_type="authorization_code", code=code, **{**form, **changed})

    def test_a_code_is_good_once(self, me: Owner) -> None:
        back = self.allowed(me)
        assert back["state"] == "st"
        made = self.redeemed(me, back["code"])
        assert made.json()["scope"] == "users.read offline.access"
        me.access = made.json()["access_token"]
        assert me.get("/2/users/me")["data"]["username"] == me.account.login
        assert self.redeemed(me, back["code"]).json()["error"] == "invalid_grant"

    @pytest.mark.parametrize(
        "changed", [{"code_verifier": "w" * 64}, {"redirect_uri": "http://127.0.0.1:9/else"}]
    )
    def test_whoever_did_not_ask_gets_nothing(self, me: Owner, changed: dict[str, str]) -> None:
        assert self.redeemed(me, self.allowed(me)["code"], **changed).status_code == 400

    def test_a_code_runs_out(self, me: Owner, numbers: Numbers) -> None:
        code = self.allowed(me)["code"]
        numbers.step(31)
        assert self.redeemed(me, code).status_code == 400

    def test_nobody_is_let_in_by_whoever_is_not_logged_in(self, me: Owner) -> None:
        answer = me.client.get("/web/authorise", params=self.wanted())
        assert answer.status_code == 401
        with self.browser(me) as client:
            assert client.post("/web/authorise", data=self.wanted()).status_code == 403

    @pytest.mark.parametrize(
        "changed",
        [
            {"client_id": "another"},
            {"code_challenge_method": "plain"},
            {"redirect_uri": "javascript:1"},
            {"scope": "everything"},
        ],
    )
    def test_an_app_must_ask_properly(self, me: Owner, changed: dict[str, str]) -> None:
        with self.browser(me) as client:
            assert client.get("/web/authorise", params=self.wanted(**changed)).status_code == 400
