from __future__ import annotations

import time
from pathlib import Path

import pyotp
import pytest

from tests.fixtures.sandgram import RunningSandgram, start_sandgram
from tests.fixtures.sandgram_web import (
    Visit,
    logins,
    native_log_in,
    newest_code,
    plain,
    put,
    status_of,
    with_authenticator,
)


class TestLogIn:
    def test_login_and_password_lead_to_the_profile(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        visit.log_in(made)
        assert (visit.page, visit.address) == ("home-page", "/web/home")
        assert f'<span id="handle">{made["login"]}</span>' in visit.text
        assert logins(sandgram, made) == [("web", "ok")]

    def test_a_wrong_password_is_told_and_remembered(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        visit.log_in(made, password="not this one")
        assert (visit.status, visit.page) == (401, "login-page")
        assert "not right" in visit.error
        assert f'value="{made["login"]}"' in visit.text
        assert "not this one" not in visit.text
        assert logins(sandgram, made) == [("web", "wrong_password")]

    def test_a_form_without_its_token_does_nothing(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        answer = visit.client.post(
            "/web/login", data={"login": made["login"], "password": made["password"]}
        )
        assert answer.status_code == 403
        assert 'id="stale-page"' in answer.text
        assert logins(sandgram, made) == []

    def test_the_new_cookies_open_the_native_door_and_the_old_ones_still_do(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        visit.log_in(made)
        assert visit.pair()["auth_token"] != made["auth_token"]
        assert native_log_in(sandgram, visit.pair()) == 200
        old = {"auth_token": made["auth_token"], "ct0": made["ct0"]}
        assert native_log_in(sandgram, old) == 200
        assert native_log_in(sandgram, {**visit.pair(), "ct0": made["ct0"]}) == 401

    def test_the_pair_of_an_imported_file_opens_the_site(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = with_authenticator(sandgram)
        for name in ("auth_token", "ct0"):
            visit.client.cookies.set(name, made[name])
        assert visit.open("/web/home").page == "home-page"

    def test_a_stranger_is_led_to_the_log_in(self, visit: Visit) -> None:
        assert visit.open("/web/home").page == "login-page"
        assert visit.open("/web/").page == "login-page"
        assert visit.open("/web/nowhere").page == "missing-page"

    def test_logging_out_ends_the_pair(self, sandgram: RunningSandgram, visit: Visit) -> None:
        made = plain(sandgram)
        visit.log_in(made)
        pair = visit.pair()
        visit.send("/web/logout")
        assert visit.page == "login-page"
        assert "auth_token" not in visit.client.cookies
        assert native_log_in(sandgram, pair) == 401

    @pytest.mark.parametrize("status", ["locked", "suspended"])
    def test_an_account_that_nobody_may_use_meets_a_page_that_says_so(
        self, sandgram: RunningSandgram, visit: Visit, status: str
    ) -> None:
        made = plain(sandgram)
        put(sandgram, made, status)
        visit.log_in(made)
        assert visit.page == f"{status}-page"
        assert logins(sandgram, made) == [("web", f"account_{status}")]


class TestSecondFactor:
    def test_the_authenticators_code_is_asked_for(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = with_authenticator(sandgram)
        visit.log_in(made)
        assert visit.page == "code-page"
        visit.send("/web/code", code="000000")
        assert (visit.status, visit.page) == (401, "code-page")
        assert "not right" in visit.error
        visit.send("/web/code", code=pyotp.TOTP(made["totp_secret"]).at(int(time.time())))
        assert visit.page == "home-page"

    def test_each_backup_code_opens_once(self, sandgram: RunningSandgram, visit: Visit) -> None:
        made = plain(sandgram)
        answer = sandgram.control.post(
            f"/accounts/{made['login']}/backup-codes", json={"count": 2}
        )  # fmt: skip
        codes = answer.json()["items"]
        assert len(set(codes)) == 2
        assert visit.log_in(made).send("/web/code", code=codes[0]).page == "home-page"
        visit.client.cookies.clear()
        assert visit.log_in(made).send("/web/code", code=codes[0]).page == "code-page"
        assert visit.send("/web/code", code=codes[1]).page == "home-page"

    def test_five_wrong_codes_end_the_log_in(self, sandgram: RunningSandgram, visit: Visit) -> None:
        made = with_authenticator(sandgram)
        visit.log_in(made)
        for _ in range(5):
            visit.send("/web/code", code="000000")
        assert visit.page == "login-page"
        assert "Too many" in visit.error


class TestVerify:
    def test_a_mailed_code_lets_the_account_out(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        put(sandgram, made, "email_code")
        visit.log_in(made)
        assert visit.page == "verify-page"
        assert made["email"] not in visit.text
        visit.send("/web/verify", code=newest_code(sandgram, made))
        assert visit.page == "home-page"
        assert status_of(sandgram, made) == "ok"

    def test_a_new_code_can_be_asked_for(self, sandgram: RunningSandgram, visit: Visit) -> None:
        made = plain(sandgram)
        put(sandgram, made, "email_code")
        visit.log_in(made).send("/web/verify/send")
        assert visit.page == "verify-page"
        assert 'id="note"' in visit.text
        mails = sandgram.control.get(f"/accounts/{made['login']}/mails").json()["items"]
        assert [one["uid"] for one in mails] == [1, 2]
        assert newest_code(sandgram, made) in mails[1]["subject"]

    def test_a_code_is_good_once(self, sandgram: RunningSandgram, visit: Visit) -> None:
        made = plain(sandgram)
        put(sandgram, made, "email_code")
        visit.log_in(made)
        code = newest_code(sandgram, made)
        visit.send("/web/verify", code=code)
        put(sandgram, made, "email_code")
        visit.client.cookies.clear()
        assert visit.log_in(made).send("/web/verify", code=code).page == "verify-page"


class TestTime:
    """On a world of its own, whose clock the test moves."""

    def test_pairs_and_log_ins_under_way_run_out(self, tmp_path: Path) -> None:
        running = start_sandgram(tmp_path)
        visit = Visit(running)
        try:
            made = plain(running)
            old = visit.log_in(made).pair()
            running.control.post("/clock", json={"step": 23 * 3600})
            assert native_log_in(running, old) == 200
            running.control.post("/clock", json={"step": 2 * 3600})
            assert native_log_in(running, old) == 401
            assert visit.open("/web/home").page == "login-page"
            secured = with_authenticator(running)
            assert visit.log_in(secured).page == "code-page"
            running.control.post("/clock", json={"step": 16 * 60})
            assert visit.open("/web/code").page == "login-page"
        finally:
            visit.client.close()
            running.close()
