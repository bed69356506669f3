from __future__ import annotations

from tests.sandgram.conftest import Numbers
from tests.sandgram.surfaces.x.owner import APP, Owner, token


class TestTokens:
    def test_a_refresh_token_dies_with_its_use(self, me: Owner) -> None:
        first = token(me, refresh_token=me.refresh)
        assert first.status_code == 200, first.text
        again = token(me, refresh_token=me.refresh)
        assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
        assert token(me, refresh_token=first.json()["refresh_token"]).status_code == 200

    def test_new_tokens_open_and_the_old_ones_no_more(self, me: Owner) -> None:
        made = token(me, refresh_token=me.refresh).json()
        assert me.call("GET", "/2/users/me").status_code == 401
        me.access = made["access_token"]
        assert me.get("/2/users/me")["data"]["username"] == me.account.login

    def test_another_app_is_refused(self, me: Owner) -> None:
        for app in (("another", "x"), (APP[0], "wrong"), None):
            answer = token(me, app, refresh_token=me.refresh)
            assert (answer.status_code, answer.json()["error"]) == (401, "unauthorized_client")
        assert token(me, refresh_token=me.refresh).status_code == 200

    def test_an_access_token_runs_out(self, me: Owner, numbers: Numbers) -> None:
        numbers.step(7_201)
        answer = me.call("GET", "/2/users/me")
        assert (answer.status_code, answer.json()["type"]) == (401, "about:blank")
        assert "x-rate-limit-limit" not in answer.headers

    def test_nobody_without_a_token(self, me: Owner) -> None:
        me.access = "made-up"
        assert me.call("GET", "/2/users/me").status_code == 401
