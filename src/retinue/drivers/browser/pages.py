"""One visit, as the process performs it that drives the browser."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from playwright.sync_api import Error, Page, Response

from retinue.drivers.browser import failing, picturing, reading
from retinue.drivers.browser.protocol import (
    Evidence,
    Jar,
    PageNotUnderstood,
    PageState,
    Seen,
)
from retinue.drivers.browser.reading import Reading
from retinue.drivers.browser.relay import Relay
from retinue.drivers.browser.sites.profile import CodeForm, SiteProfile
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation.redaction import Redactor

_LONGEST_TEXT = 300
_FAILURES = {
    PageState.signed_out: FailureClass.auth_expired,
    PageState.wrong_password: FailureClass.auth_expired,
    PageState.second_factor: FailureClass.challenge,
    PageState.email_code: FailureClass.challenge,
    PageState.wrong_code: FailureClass.challenge,
    PageState.challenge: FailureClass.challenge,
    PageState.challenge_passed: FailureClass.auth_expired,
    PageState.challenge_over: FailureClass.auth_expired,
    PageState.locked: FailureClass.account_locked,
    PageState.suspended: FailureClass.account_suspended,
}
_EMPTY = "about:blank"
_A_MOMENT = 2_000.0
"""In milliseconds."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds to wait for a page, and for an element on it."""

    page: float = 30.0
    element: float = 5.0


class PageVisit:
    """Keeps the promises of `protocol.Visit`. `tell` hears of it when something is about to leave."""

    def __init__(
        self,
        page: Page,
        *,
        profile: SiteProfile,
        site: str,
        relay: Relay,
        tell: Callable[[CallPhase], None],
        patience: Patience,
    ) -> None:
        self._page = page
        self._profile = profile
        self._site = site
        self._relay = relay
        self._tell = tell
        self._patience = patience
        self._phase = CallPhase.not_sent
        self._response: Response | None = None
        self._redactor = Redactor()
        self._typed: set[str] = set()
        self._is_failing = False

    def look(self, at: str | None = None) -> Seen:
        self._phase = CallPhase.not_sent
        if at is not None:
            # The path alone: whatever else an address says, only the site is visited.
            self._open(urlsplit(at).path)
        elif self._page.url == _EMPTY:
            self._open(self._profile.home)
        return self._see()

    def log_in(self, login: str, password: str) -> Seen:
        self._know(password)
        form = self._profile.log_in
        for name in self._profile.session_cookies:
            # A jar that still opens would say nothing about the password.
            self._page.context.clear_cookies(name=name)
        self._phase = CallPhase.not_sent
        self._open(form.path)
        if not self._has(form.password):
            return self._see()
        self._fill(form.login, login)
        self._fill(form.password, password)
        self._submit(form.submit)
        return self._see()

    def ask_for_email_code(self) -> None:
        self._phase = CallPhase.not_sent
        form = self._code_form()
        if form is None or form.send_again is None:
            raise self._asks_for_something_else("the page sends no codes")
        self._submit(form.send_again)
        self._see()

    def give_code(self, code: str) -> Seen:
        self._know(code)
        self._phase = CallPhase.not_sent
        form = self._code_form()
        if form is None:
            raise self._asks_for_something_else("the page asks for no code")
        self._fill(form.code, code)
        self._submit(form.submit)
        seen = self._see()
        if seen.state is PageState.wrong_code:
            self._refuse_if_cut()
        return seen

    def change_password(self, old: str, new: str) -> Seen:
        self._know(old, new)
        form = self._profile.password
        self._phase = CallPhase.not_sent
        self._open(form.path)
        if not self._has(form.old):
            found = self._see()
            raise DriverError(
                _FAILURES.get(found.state, FailureClass.unknown),
                phase=CallPhase.not_sent,
                message=f"the site does not let the password be changed: {found.text}",
            )
        self._fill(form.old, old)
        for field in form.new:
            self._fill(field, new)
        self._submit(form.submit)
        return self._changed()

    def jar(self) -> Jar:
        return Jar([dict(one) for one in self._page.context.cookies(self._site)])

    def evidence(self) -> Evidence:
        return picturing.take(self._page, redactor=self._redactor, typed=self._typed)

    def _changed(self) -> Seen:
        form = self._profile.password
        if self._has(form.done):
            return self._see()
        if self._has(form.old):
            self._refuse_if_cut()
            found = self._read()
            words = found.error.lower()
            if any(one in words for one in form.old_refused):
                return Seen(PageState.wrong_password, self._shortened(found.error))
            if words:
                raise DriverError(
                    FailureClass.invalid_input,
                    phase=CallPhase.answered,
                    message=f"the site refused the new password: {self._shortened(found.error)}",
                    is_refusal=True,
                )
        # Whatever else the page is, it does not say whether the new password holds.
        self._see()
        raise self._not_understood("the page does not say whether the password was changed")

    def _see(self) -> Seen:
        """What the page asks for; what is no page to go on with is raised."""
        response = self._response
        status = None if response is None else response.status
        for refusal in self._profile.refusals:
            if self._has(refusal.selector):
                self._refuse_if_cut()
                raise self._refused(refusal.failure, status)
        if status == 429:
            self._refuse_if_cut()
            raise self._refused(FailureClass.rate_limit, status)
        if status is not None and status >= 500:
            raise DriverError(
                FailureClass.transient,
                phase=self._phase,
                message=f"the site has failed ({status})",
                status=status,
            )
        found = self._read()
        if found.state is PageState.unknown:
            raise self._not_understood("the page is none that is known")
        return Seen(found.state, self._shortened(found.error or found.text))

    def _read(self) -> Reading:
        try:
            return reading.read(self._page, self._profile)
        except Error as error:
            raise self._failed(error) from error

    def _open(self, path: str) -> None:
        if self._is_failing:
            self._clear()
        self._relay.begin()
        try:
            self._response = self._page.goto(
                urljoin(self._site, path),
                wait_until="domcontentloaded",
                timeout=self._patience.page * 1000,
            )
        except Error as error:
            raise self._failed(error) from error

    def _clear(self) -> None:
        """The browser's own page of a failure may still be on its way in, and would end what is begun now."""
        with suppress(Error):
            self._page.goto(_EMPTY)
        with suppress(Error):
            self._page.wait_for_url(_EMPTY, wait_until="commit", timeout=_A_MOMENT)
        self._is_failing = False

    def _submit(self, selector: str) -> None:
        milliseconds = self._patience.page * 1000
        self._relay.begin()
        self._phase = CallPhase.sent
        self._tell(CallPhase.sent)
        try:
            with self._page.expect_navigation(
                wait_until="domcontentloaded", timeout=milliseconds
            ) as coming:
                # Without `no_wait_after` the click would wait for the answer, and less patiently.
                self._page.click(
                    selector, timeout=self._patience.element * 1000, no_wait_after=True
                )
            self._response = coming.value
        except Error as error:
            raise self._failed(error) from error
        self._phase = CallPhase.answered
        self._tell(CallPhase.answered)

    def _fill(self, selector: str, text: str) -> None:
        try:
            self._page.fill(selector, text, timeout=self._patience.element * 1000)
        except Error as error:
            # Playwright's own text repeats what was to be typed.
            raise self._not_understood("a field of the page cannot be filled") from error

    def _has(self, selector: str) -> bool:
        try:
            return self._page.query_selector(selector) is not None
        except Error as error:
            raise self._failed(error) from error

    def _code_form(self) -> CodeForm | None:
        return next((one for one in self._profile.codes if self._has(one.code)), None)

    def _failed(self, error: Error) -> DriverError:
        self._is_failing = failing.net_error(error) is not None
        return failing.told(error, self._page, relay=self._relay, phase=self._phase)

    def _refuse_if_cut(self) -> None:
        """
        A browser repeats by itself what it had sent into a connection that then broke. What a
        refusal answers may be the repetition, after the first has had its effect.
        """
        if self._phase is CallPhase.answered and self._relay.passage.cut:
            raise DriverError(
                FailureClass.unknown,
                phase=CallPhase.sent,
                message="the connection broke on the way, and the browser has asked once more",
            )

    def _refused(self, failure: FailureClass, status: int | None) -> DriverError:
        after = None if self._response is None else self._response.headers.get("retry-after")
        return DriverError(
            failure,
            phase=self._phase,
            message=self._shortened(self._read().text),
            is_refusal=True,
            retry_after=float(after) if after and after.isdigit() else None,
            status=status,
        )

    def _asks_for_something_else(self, message: str) -> DriverError:
        return DriverError(FailureClass.invalid_input, phase=CallPhase.not_sent, message=message)

    def _not_understood(self, message: str) -> PageNotUnderstood:
        return PageNotUnderstood(message, evidence=self.evidence(), phase=self._phase)

    def _know(self, *typed: str) -> None:
        self._redactor.know(*typed)
        self._typed.update(typed)

    def _shortened(self, text: str) -> str:
        return self._redactor.redact(" ".join(text.split()))[:_LONGEST_TEXT]
