from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import pytest

from retinue.drivers.browser.fake import FakeBrowser
from retinue.drivers.browser.pool import BrowserPool, Limits
from retinue.drivers.browser.protocol import Browser, PageState
from retinue.foundation.clock import SystemClock
from tests.e2e.browsers import needed_chromium
from tests.factories import plain_http
from tests.fixtures.sandgram import RunningSandgram

PASSWORD = "Right-password-2026"
HASTY = Limits(page=6.0, element=2.0)


@dataclass(frozen=True)
class Known:
    login: str
    password: str
    backup_code: str = ""


class Stage(Protocol):
    """A site with accounts that a test may put into trouble."""

    browser: Browser

    def account(self, *, has_backup_code: bool = False) -> Known: ...

    def put(self, login: str, state: PageState | None) -> None: ...

    def mailed_codes(self, login: str) -> list[str]: ...

    def solve(self, login: str) -> None:
        """As a person does, in a browser of their own."""
        ...


class FakeStage:
    def __init__(self) -> None:
        self._fake = FakeBrowser(on_email_code=self._keep)
        self.browser: Browser = self._fake
        self._mailed: dict[str, list[str]] = {}

    def account(self, *, has_backup_code: bool = False) -> Known:
        login = f"tester_{len(self._fake.accounts)}"
        made = self._fake.add(login, PASSWORD)
        if not has_backup_code:
            return Known(login, PASSWORD)
        made.wants_second_factor = True
        made.backup_codes = {"83726154"}
        return Known(login, PASSWORD, backup_code="83726154")

    def put(self, login: str, state: PageState | None) -> None:
        account = self._fake.accounts[login]
        account.wants_email_code = state is PageState.email_code
        account.held = None if state is PageState.email_code else state

    def mailed_codes(self, login: str) -> list[str]:
        return self._mailed.get(login, [])

    def solve(self, login: str) -> None:
        self.put(login, None)

    def _keep(self, login: str, code: str) -> None:
        self._mailed.setdefault(login, []).append(code)


class SandgramStage:
    def __init__(self, sandgram: RunningSandgram, browser: Browser) -> None:
        self.browser = browser
        self.sandgram = sandgram

    def account(self, *, has_backup_code: bool = False) -> Known:
        made = self.sandgram.credentials()
        while made["totp_secret"] or made["backup_code"]:
            # Which account is next must not decide whether a test meets a second factor.
            made = self.sandgram.credentials()
        known = Known(made["login"], made["password"])
        if not has_backup_code:
            return known
        answer = self.sandgram.control.post(
            f"/accounts/{known.login}/backup-codes", json={"count": 1}
        )
        assert answer.status_code == 201, answer.text
        return replace(known, backup_code=answer.json()["items"][0])

    def put(self, login: str, state: PageState | None) -> None:
        status = "ok" if state is None else state.value
        answer = self.sandgram.control.patch(f"/accounts/{login}", json={"status": status})
        assert answer.status_code == 200, answer.text

    def mailed_codes(self, login: str) -> list[str]:
        found = self.sandgram.control.get(f"/accounts/{login}/mailbox").json()["items"]
        return [one["code"] for one in sorted(found, key=lambda one: one["at"])]

    def solve(self, login: str) -> None:
        listed = self.sandgram.control.get("/challenges", params={"login": login}).json()["items"]
        with plain_http.client(self.sandgram.url) as person:
            page = person.get(listed[0]["path"])
            token = re.search(r'name="form_token" value="([^"]+)"', page.text)
            assert token is not None
            tiles = {f"tile_{number}": "1" for number in listed[0]["solution"]}
            solved = person.post(listed[0]["path"], data={"form_token": token[1], **tiles})
        assert "challenge-passed-page" in solved.text

    def sources(self, login: str) -> set[str]:
        """Where the log-ins and the effects of an account came from."""
        logins = self.sandgram.control.get(f"/accounts/{login}/logins").json()["items"]
        return {one["source"] for one in (*logins, *self.sandgram.effects(account=login))}


@pytest.fixture(scope="module")
def pool(
    sandgram_server: RunningSandgram, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[BrowserPool]:
    """One browser for the tests of a file."""
    opened = BrowserPool(
        {"sandgram": sandgram_server.url},
        folder=tmp_path_factory.mktemp("browser"),
        clock=SystemClock(),
        limits=HASTY,
        executable=needed_chromium(),
    )
    yield opened
    opened.close()


@pytest.fixture
def site(sandgram: RunningSandgram, pool: BrowserPool) -> SandgramStage:
    return SandgramStage(sandgram, pool)


@pytest.fixture(params=["fake", "sandgram"])
def stage(request: pytest.FixtureRequest) -> Stage:
    return FakeStage() if request.param == "fake" else request.getfixturevalue("site")
