from __future__ import annotations

import httpx2
import pytest

from tests.fixtures.sandgram import RunningSandgram
from tests.fixtures.sandgram_web import (
    Visit,
    native_log_in,
    plain,
    put,
)


class TestTroubleInside:
    @pytest.mark.parametrize(
        ("status", "page"),
        [
            ("challenge", "challenge-page"),
            ("email_code", "verify-page"),
            ("locked", "locked-page"),
            ("suspended", "suspended-page"),
        ],
    )
    def test_a_signed_in_browser_meets_what_its_account_must_pass(
        self, sandgram: RunningSandgram, visit: Visit, status: str, page: str
    ) -> None:
        made = plain(sandgram)
        visit.log_in(made)
        put(sandgram, made, status)
        assert visit.open("/web/password").page == page


class TestPassword:
    NEW = "another-good-Password-7"

    def change(self, visit: Visit, old: str, new: str, repeat: str | None = None) -> Visit:
        visit.open("/web/password")
        return visit.send(
            "/web/password", old_password=old, new_password=new, repeat_password=repeat or new
        )

    def test_it_changes_and_every_other_way_in_ends(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        old_pair = visit.log_in(made).pair()
        assert self.change(visit, made["password"], self.NEW).page == "password-changed-page"
        assert visit.open("/web/home").page == "home-page"
        assert native_log_in(sandgram, visit.pair()) == 200
        assert native_log_in(sandgram, old_pair) == 401
        seed_pair = {"auth_token": made["auth_token"], "ct0": made["ct0"]}
        assert native_log_in(sandgram, seed_pair) == 401
        effects = sandgram.effects(account=made["login"], action="change_password")
        assert len(effects) == 1
        visit.client.cookies.clear()
        assert visit.log_in(made).page == "login-page"
        assert visit.log_in(made, password=self.NEW).page == "home-page"

    def test_what_is_wrong_is_said(self, sandgram: RunningSandgram, visit: Visit) -> None:
        made = plain(sandgram)
        visit.log_in(made)
        assert "present password" in self.change(visit, "wrong", self.NEW).error
        assert "differ" in self.change(visit, made["password"], self.NEW, "else").error
        assert "8 to 200" in self.change(visit, made["password"], "short").error
        assert visit.page == "password-page"
        assert sandgram.effects(account=made["login"]) == []


class TestRemembered:
    def test_every_request_of_a_browser_is_known_with_its_source(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        visit.log_in(made)
        sandgram.fault("reset", surface="web", action="home", account=made["login"])
        with pytest.raises(httpx2.HTTPError):
            visit.open("/web/home")
        asked = {"surface": "web", "subject": made["login"]}
        found = sandgram.control.get("/oracle/calls/recent", params=asked).json()["items"]
        assert [(one["endpoint"], one["status"]) for one in found] == [
            ("home", "reset"), ("home", "200"),
        ]  # fmt: skip
        assert {one["source"] for one in found} == {"127.0.0.1"}
