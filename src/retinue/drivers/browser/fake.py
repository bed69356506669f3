"""
A web site in memory, for tests of what stands above the driver.

It keeps the same contract as the real one. An account meets what stands in its `FakeAccount`, one
thing after another; `fail_next` lets one call end as badly as a real one can.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count

from retinue.drivers.browser.protocol import (
    Egress,
    Evidence,
    Jar,
    PageNotUnderstood,
    PageState,
    Seen,
)
from retinue.drivers.errors import CallPhase, DriverError, FailureClass

SITE = "http://site.test/web"

# One grey point.
_PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010800000000"
    "3a7e9b550000000a49444154789c636800000082008177cd72b60000000049454e44ae426082"
)
_TEXTS = {
    PageState.signed_out: "Log in",
    PageState.signed_in: "Welcome back",
    PageState.second_factor: "Enter the code of your authenticator",
    PageState.email_code: "Enter the code that we have sent you",
    PageState.challenge: "A person must solve this picture",
    PageState.challenge_passed: "That was right",
    PageState.challenge_over: "This link has run out",
    PageState.locked: "Your account is locked",
    PageState.suspended: "Your account is suspended",
    PageState.wrong_password: "The login or the password is not right",
    PageState.wrong_code: "That code is not right",
    PageState.unknown: "Something new",
}


@dataclass(slots=True)
class FakeAccount:
    """`held` stands in the way of everything until a test takes it away."""

    password: str = field(repr=False)
    held: PageState | None = None
    wants_email_code: bool = False
    email_codes: set[str] = field(default_factory=set, repr=False)
    wants_second_factor: bool = False
    factor_codes: set[str] = field(default_factory=set, repr=False)
    backup_codes: set[str] = field(default_factory=set, repr=False)
    """Each opens once."""
    link: int = 0
    """Counted up by a test, every address of a challenge that was shown before has run out."""


@dataclass(frozen=True, slots=True)
class FakeFailure:
    error: DriverError
    has_effect: bool = False


@dataclass(frozen=True, slots=True)
class FakeCall:
    login: str
    name: str
    egress: str | None


class FakeBrowser:
    """Logins are compared without case. `on_email_code` hears of each code that the site sends."""

    def __init__(self, *, on_email_code: Callable[[str, str], None] | None = None) -> None:
        self.accounts: dict[str, FakeAccount] = {}
        self.calls: list[FakeCall] = []
        self.sessions: dict[str, str] = {}
        """The login behind each `auth_token` that opens."""
        self.open_visits = 0
        self._on_email_code = on_email_code
        self._failures: dict[str, deque[FakeFailure]] = {}
        self._numbers = count(1)

    def add(self, login: str, password: str) -> FakeAccount:
        self.accounts[login.casefold()] = FakeAccount(password)
        return self.accounts[login.casefold()]

    @contextmanager
    def visit(
        self,
        network: str,
        *,
        egress: Egress | None = None,
        user_agent: str | None = None,
        jar: Jar | None = None,
    ) -> Iterator[FakeVisit]:
        failure = self.next_failure("visit")
        if failure is not None:
            raise failure.error
        self.open_visits += 1
        try:
            yield FakeVisit(self, egress=egress, jar=jar)
        finally:
            self.open_visits -= 1

    def close(self) -> None:
        self.sessions.clear()

    def fail_next(self, call: str, error: DriverError, *, has_effect: bool = False) -> None:
        """The next call of that name (a method of the visit, or `visit`) ends in `error`."""
        self._failures.setdefault(call, deque()).append(FakeFailure(error, has_effect))

    def next_failure(self, call: str) -> FakeFailure | None:
        waiting = self._failures.get(call)
        return waiting.popleft() if waiting else None

    def send_email_code(self, login: str) -> None:
        code = f"{next(self._numbers) * 7919 % 1_000_000:06d}"
        self.accounts[login].email_codes = {code}
        if self._on_email_code is not None:
            self._on_email_code(login, code)

    def open_session(self, login: str) -> Jar:
        number = next(self._numbers)
        token, ct0 = f"fake-token-{number:08d}", f"fake-ct0-{number:08d}"
        self.sessions[token] = login
        return fake_jar(token, ct0)


class FakeVisit:
    def __init__(self, browser: FakeBrowser, *, egress: Egress | None, jar: Jar | None) -> None:
        self._browser = browser
        self._egress = egress
        self._jar = jar or Jar([])
        self._login: str | None = None
        self._state: PageState | None = None

    def look(self, at: str | None = None) -> Seen:
        self._begin("look")
        if at is not None:
            self._login, _, link = at.rpartition("/")[2].partition(".")
            account = self._browser.accounts.get(self._login)
            self._state = PageState.challenge_passed
            if account is None or (link or "0") != str(account.link):
                self._state = PageState.challenge_over
            elif account.held is PageState.challenge:
                self._state = PageState.challenge
        if self._state is None:
            self._login = self._browser.sessions.get(self._jar.value("auth_token") or "")
            is_known = self._login in self._browser.accounts
            self._state = self._waiting() or PageState.signed_in
            self._state = self._state if is_known else PageState.signed_out
        return self._see()

    def log_in(self, login: str, password: str) -> Seen:
        self._login = login.casefold()
        failure = self._begin("log_in")
        account = self._browser.accounts.get(self._login)
        self._jar = Jar([])
        if account is None or account.password != password:
            self._state = PageState.wrong_password
        else:
            self._state = self._waiting()
            if self._state is None and account.wants_second_factor:
                self._state = PageState.second_factor
            if self._state is None:
                self._open()
        return self._answer(failure)

    def ask_for_email_code(self) -> None:
        if not (self._state is PageState.wrong_code and self._account().wants_email_code):
            self._require(PageState.email_code)
        failure = self._begin("ask_for_email_code")
        self._browser.send_email_code(self._login or "")
        self._state = PageState.email_code
        if failure is not None:
            raise failure.error

    def give_code(self, code: str) -> Seen:
        self._require(PageState.second_factor, PageState.email_code, PageState.wrong_code)
        failure = self._begin("give_code")
        account = self._account()
        if account.wants_email_code:
            is_right = code in account.email_codes
            account.email_codes.discard(code)
            account.wants_email_code = not is_right
        else:
            is_right = code in account.factor_codes or code in account.backup_codes
            account.backup_codes.discard(code)
        if is_right:
            self._open()
        else:
            self._state = PageState.wrong_code
        return self._answer(failure)

    def change_password(self, old: str, new: str) -> Seen:
        self._require(PageState.signed_in, PageState.wrong_password)
        failure = self._begin("change_password")
        account = self._account()
        if account.password != old:
            self._state = PageState.wrong_password
            return self._answer(failure)
        account.password = new
        sessions = self._browser.sessions
        for token in [one for one, login in sessions.items() if login == self._login]:
            del sessions[token]
        self._open()
        return self._answer(failure)

    def jar(self) -> Jar:
        return self._jar

    def evidence(self) -> Evidence:
        state = self._state or PageState.signed_out
        account = self._browser.accounts.get(self._login or "")
        link = f".{account.link}" if account is not None and account.link else ""
        return Evidence(
            picture=_PICTURE,
            page=f"<html><body><h1>{_TEXTS[state]}</h1></body></html>",
            title=_TEXTS[state],
            address=f"{SITE}/{state}/{self._login or ''}{link}".rstrip("/"),
        )

    def _begin(self, call: str) -> FakeFailure | None:
        egress = self._egress.url if self._egress else None
        self._browser.calls.append(FakeCall(self._login or "", call, egress))
        failure = self._browser.next_failure(call)
        if failure is not None and not failure.has_effect:
            raise failure.error
        return failure

    def _answer(self, failure: FakeFailure | None) -> Seen:
        if failure is not None:
            raise failure.error
        return self._see()

    def _see(self) -> Seen:
        state = self._state or PageState.signed_out
        if state is PageState.unknown:
            raise PageNotUnderstood(
                "the page is none that is known",
                evidence=self.evidence(),
                phase=CallPhase.answered,
            )
        return Seen(state, _TEXTS[state])

    def _waiting(self) -> PageState | None:
        """What the account must pass, second factor aside: a code from a mail stands in for that."""
        account = self._browser.accounts.get(self._login or "")
        if account is None or account.held is not None:
            return None if account is None else account.held
        if account.wants_email_code:
            self._browser.send_email_code(self._login or "")
            return PageState.email_code
        return None

    def _open(self) -> None:
        self._jar = self._browser.open_session(self._login or "")
        self._state = PageState.signed_in

    def _account(self) -> FakeAccount:
        return self._browser.accounts[self._login or ""]

    def _require(self, *states: PageState) -> None:
        if self._state not in states:
            raise DriverError(
                FailureClass.invalid_input,
                phase=CallPhase.not_sent,
                message=f"the page asks for something else: {self._state or 'nothing yet'}",
            )


def fake_jar(auth_token: str, ct0: str) -> Jar:
    where = {"domain": "site.test", "path": "/"}
    return Jar(
        [
            {"name": "auth_token", "value": auth_token, **where},
            {"name": "ct0", "value": ct0, **where},
        ]
    )
