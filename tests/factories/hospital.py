"""A clinic whose site, mailboxes, network and browser are real: Sandgram's, and a Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser as Chromium
from playwright.sync_api import sync_playwright

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import AccountCreate, OpenCredentials
from retinue.drivers.browser.protocol import Browser
from retinue.drivers.mailbox.imap import ImapMailboxes
from retinue.drivers.network.protocol import Network
from retinue.drivers.network.sandgram import SandgramNetwork
from retinue.foundation.clock import SystemClock
from retinue.workflows.signing_in.schemas import Station
from tests.e2e.browsers import ARGUMENTS
from tests.factories.clinic import ACTOR, Clinic
from tests.fixtures.sandgram import RunningSandgram

_TRIES = 3


@dataclass
class Hospital(Clinic):
    sandgram: RunningSandgram = field(kw_only=True)
    pool: Browser = field(kw_only=True)

    @property
    def station(self) -> Station:
        return Station(
            runtime=self.runtime,
            open_network=self.open_network,
            browser=lambda: self.pool,
            mailboxes=ImapMailboxes(),
            clock=SystemClock(),
        )

    def open_network(self, _: str) -> Network:
        return SandgramNetwork(self.sandgram.url, clock=SystemClock())

    def admit(
        self, *, factor: str = "none", **secrets: str | None
    ) -> tuple[Account, dict[str, Any]]:
        """An account of the network with this second factor, stored as it is except for what is said."""
        made = self.sandgram.credentials()
        while _factor_of(made) != factor:
            made = self.sandgram.credentials()
        known: dict[str, Any] = {
            "password": made["password"],
            "email_password": made["email_password"],
            "totp_secret": made["totp_secret"] or None,
            "backup_codes": (made["backup_code"],) if made["backup_code"] else (),
        }
        wanted = AccountCreate(
            login=made["login"],
            email=made["email"],
            credentials=OpenCredentials(**{**known, **secrets}),
        )
        with self.runtime.database.writing() as db:
            account = accounts.add(
                db, self.runtime.sealer, wanted, actor=ACTOR, now=self.clock.now()
            )
        return account, made

    def put(self, login: str, status: str) -> None:
        answer = self.sandgram.control.patch(f"/accounts/{login}", json={"status": status})
        assert answer.status_code == 200, answer.text

    def opens(self, login: str, *passwords: str | None) -> bool:
        """Whether the network takes one of these, asked over its own interface."""
        for password in filter(None, passwords):
            body = {"login": login, "password": password}
            answer = self.sandgram.control.post(f"{self.sandgram.url}/sg/v1/login", json=body)
            if answer.status_code == 200:
                return True
        return False


class Person:
    """Somebody with a browser of their own, who solves what a link shows."""

    def __init__(self, chromium: Chromium, sandgram: RunningSandgram) -> None:
        self._chromium = chromium
        self._sandgram = sandgram

    def solve(self, link: str) -> None:
        ticket = link.rpartition("/")[2]
        page = self._chromium.new_page()
        for _ in range(_TRIES):
            page.goto(link)
            found = self._sandgram.control.get("/challenges").json()["items"]
            (puzzle,) = [one for one in found if one["ticket"] == ticket]
            for number in puzzle["solution"]:
                page.check(f'input[name="tile_{number}"]')
            page.click("#challenge-submit")
            if page.query_selector("#challenge-passed-page"):
                page.close()
                return
        raise AssertionError(page.content())


@contextmanager
def person(executable: Path, sandgram: RunningSandgram) -> Iterator[Person]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=str(executable), args=list(ARGUMENTS))
        yield Person(chromium, sandgram)
        chromium.close()


def _factor_of(made: dict[str, Any]) -> str:
    return "totp" if made["totp_secret"] else "code" if made["backup_code"] else "none"
