from __future__ import annotations

import re

import httpx2
import pytest

from sandgram.surfaces.web.names import Names
from tests.fixtures.sandgram import RunningSandgram
from tests.fixtures.sandgram_web import (
    Visit,
    logins,
    plain,
    status_of,
    with_authenticator,
)


class TestAccountsInTrouble:
    @pytest.mark.parametrize(
        ("kind", "page", "status"),
        [
            ("challenge", "challenge-page", "challenge"),
            ("email_code", "verify-page", "email_code"),
            ("account_locked", "locked-page", "locked"),
            ("account_suspended", "suspended-page", "suspended"),
        ],
    )
    def test_a_log_in_gets_the_account_into_real_trouble(
        self, sandgram: RunningSandgram, visit: Visit, kind: str, page: str, status: str
    ) -> None:
        made = plain(sandgram)
        sandgram.fault(kind, surface="web", action="login", account=made["login"])
        assert visit.log_in(made).page == page
        assert status_of(sandgram, made) == status

    def test_nobody_else_is_struck(self, sandgram: RunningSandgram, visit: Visit) -> None:
        sandgram.fault("challenge", surface="web", action="login", account="somebody_else")
        assert visit.log_in(plain(sandgram)).page == "home-page"


class TestWrongAnswers:
    def test_the_right_password_is_called_wrong(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        sandgram.fault(
            "wrong_password", surface="web", action="login", account=made["login"], count=1
        )
        assert visit.log_in(made).page == "login-page"
        assert visit.log_in(made).page == "home-page"
        assert logins(sandgram, made) == [("web", "ok"), ("web", "wrong_password")]

    def test_the_right_code_is_called_wrong_and_stays_good(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        codes = sandgram.control.post(f"/accounts/{made['login']}/backup-codes", json={}).json()
        code = codes["items"][0]
        sandgram.fault("wrong_code", surface="web", action="code", account=made["login"], count=1)
        assert visit.log_in(made).send("/web/code", code=code).page == "code-page"
        assert visit.send("/web/code", code=code).page == "home-page"

    def test_a_session_is_over_in_the_midst_of_it(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = plain(sandgram)
        visit.log_in(made)
        sandgram.fault("session_expired", surface="web", action="password_page", count=1)
        assert visit.open("/web/password").page == "login-page"


class TestPagesOfTrouble:
    @pytest.mark.parametrize(
        ("kind", "status", "page"),
        [
            ("rate_limit_429", 429, "wait-page"),
            ("server_error", 503, "error-page"),
            ("html", 200, "news-page"),
            ("not_found", 404, "missing-page"),
        ],
    )
    def test_another_page_stands_in_the_way(
        self, sandgram: RunningSandgram, visit: Visit, kind: str, status: int, page: str
    ) -> None:
        sandgram.fault(kind, surface="web", action="login_page", retry_after=60)
        visit.open("/web/login")
        assert (visit.status, visit.page) == (status, page)
        assert visit.answer is not None
        assert visit.answer.headers["retry-after"] == "60"

    @pytest.mark.parametrize("kind", ["reset_after", "server_error_after", "html_after"])
    def test_a_password_is_changed_although_the_answer_does_not_say_so(
        self, sandgram: RunningSandgram, visit: Visit, kind: str
    ) -> None:
        made = plain(sandgram)
        visit.log_in(made).open("/web/password")
        sandgram.fault(kind, surface="web", action="change_password", account=made["login"])
        new = "another-good-Password-7"
        try:
            visit.send(
                "/web/password",
                old_password=made["password"], new_password=new, repeat_password=new,
            )  # fmt: skip
        except httpx2.HTTPError:
            assert kind == "reset_after"
        assert len(sandgram.effects(account=made["login"], action="change_password")) == 1
        assert visit.log_in(made, password=new).page == "home-page"

    def test_pictures_and_styles_are_always_there(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        sandgram.fault("server_error", surface="web")
        assert visit.open("/web/style.css").status == 200
        assert visit.open("/web/icon.svg").status == 200


class TestChangedUi:
    def renamed(self, name: str) -> str:
        return Names(is_renamed=True).of(name)

    def test_every_id_has_another_name_and_the_forms_still_work(
        self, sandgram: RunningSandgram, visit: Visit
    ) -> None:
        made = with_authenticator(sandgram)
        before = set(re.findall(r' id="([^"]+)"', visit.open("/web/login").text))
        sandgram.control.post("/scenario", json={"name": "app-update"})
        after = set(re.findall(r' id="([^"]+)"', visit.open("/web/login").text))
        assert not before & after
        assert after == {self.renamed(name) for name in before}
        token = re.search(
            rf'name="{self.renamed("form_token")}" value="([^"]+)"', visit.text
        )  # fmt: skip
        assert token is not None
        fields = {
            "form_token": token.group(1),
            "login": made["login"],
            "password": made["password"],
        }
        answer = visit.client.post(
            "/web/login", data={self.renamed(name): value for name, value in fields.items()}
        )
        assert answer.url.path == "/web/code"
        assert f'<main id="{self.renamed("code-page")}"' in answer.text

    def test_it_is_for_the_web_site_alone(self, sandgram: RunningSandgram) -> None:
        answer = sandgram.control.post(
            "/faults", json={"kind": "changed_ui", "surface": "native"}
        )  # fmt: skip
        assert answer.status_code == 422
        made = sandgram.fault("changed_ui")
        assert made["surface"] == "web"


class TestScenarios:
    def test_everybody_is_challenged_once(self, sandgram: RunningSandgram, visit: Visit) -> None:
        sandgram.control.post("/scenario", json={"name": "challenge-on-login"})
        for made in (plain(sandgram), plain(sandgram)):
            visit.client.cookies.clear()
            assert visit.log_in(made).page == "challenge-page"
