"""The bot's own view of a warm-up: what it may take, what it is given, what it has done."""

from __future__ import annotations

import hashlib
import os
import threading
from types import TracebackType
from typing import Any, Self

from retinue.client.answers import Answer, Content, Next, Ready, Warmup, read
from retinue.client.errors import BotError, Unreachable
from retinue.client.line import Line
from retinue.foundation.clock import Clock, SystemClock

TOKEN_VARIABLE = "RETINUE_BOT_TOKEN"  # noqa: S105 - the name of a variable, not a token
DEFAULT_URL = "http://127.0.0.1:8000"
_BASE = "/api/bot/accounts"


class Bot:
    """
    One bot at one server. Every call renews its hold on the account; thirty minutes without one end it.

    Calls are sent again while the server does not answer, for `patience` seconds in all, and have
    their effect once nevertheless. Not for several threads at a time.
    """

    def __init__(
        self,
        url: str = DEFAULT_URL,
        *,
        token: str | None = None,
        patience: float = 30.0,
        timeout: float = 15.0,
        clock: Clock | None = None,
    ) -> None:
        token = token or os.environ.get(TOKEN_VARIABLE, "")
        if not token:
            message = f"no token: set {TOKEN_VARIABLE} to what `POST /api/bots` has shown once"
            raise BotError(message)
        self._clock = clock or SystemClock()
        self._line = Line(url, token, patience=patience, timeout=timeout, clock=self._clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self._line.close()

    def ready(self) -> Ready:
        """The accounts that this bot may take now."""
        return self._ask(Ready, "GET", f"{_BASE}/ready")

    def start_warmup(self, account_id: int) -> Warmup:
        """Make the five phases; a repeat changes nothing."""
        return self._ask(Warmup, "POST", f"{_BASE}/{account_id}/start-warmup")

    def status(self, account_id: int) -> Warmup:
        return self._ask(Warmup, "GET", f"{_BASE}/{account_id}/warmup-status")

    def content(self, account_id: int, phase: str) -> Content:
        """
        What to publish: chosen at the first call, the same at every later one until the phase fails.

        Raises:
            NotYet: the phase is not available; `at` says from when.
            NoContentLeft: a person has been asked for more.
        """
        return self._ask(Content, "GET", f"{_BASE}/{account_id}/content/{phase}")

    def picture(self, content: Content) -> bytes:
        """
        The file of the image.

        Raises:
            BotError: the assignment has none, or the file is not the one that was promised.
        """
        if content.image is None:
            message = f"assignment {content.assignment_id} has no image"
            raise BotError(message)
        found = self._line.fetch(content.image.url)
        if hashlib.sha256(found).hexdigest() != content.image.sha256:
            message = (
                f"the file of assignment {content.assignment_id} is not the one that was assigned"
            )
            raise BotError(message)
        return found

    def start_phase(self, account_id: int, phase: str) -> Warmup:
        """Say that the network is about to be called."""
        return self._ask(Warmup, "POST", f"{_BASE}/{account_id}/start-phase/{phase}")

    def complete_phase(
        self,
        account_id: int,
        phase: str,
        *,
        execution_time_ms: int | None = None,
        response: dict[str, Any] | None = None,
        success_score: float | None = None,
    ) -> Warmup:
        """Say that the network shows it. `response` never holds a secret; `success_score` is 0 to 100."""
        given = {
            "execution_time_ms": execution_time_ms,
            "response": response,
            "success_score": success_score,
        }
        body = {name: value for name, value in given.items() if value is not None}
        return self._ask(Warmup, "POST", f"{_BASE}/{account_id}/complete-phase/{phase}", body)

    def report_error(
        self,
        account_id: int,
        phase: str,
        error: str,
        *,
        details: dict[str, Any] | None = None,
        retryable: bool = True,
    ) -> Warmup:
        """Say that it did not work. Only where the network is known not to show it."""
        body = {"phase": phase, "error": error, "retryable": retryable}
        if details is not None:
            body["details"] = details
        return self._ask(Warmup, "POST", f"{_BASE}/{account_id}/report-error", body)

    def complete_warmup(self, account_id: int) -> Warmup:
        """After the fifth phase: the account is `active` from then on."""
        return self._ask(Warmup, "POST", f"{_BASE}/{account_id}/complete-warmup")

    def seconds_until(self, next_: Next) -> float:
        """How long to wait for it on this machine, by the server's own clock; 0 where it may be done at once."""
        return 0.0 if next_.at is None else self._line.seconds_until(next_.at)

    def wait(
        self, next_: Next, *, longest: float = 60.0, until: threading.Event | None = None
    ) -> bool:
        """
        Sleep until it may be done, `longest` seconds at most, and say whether that was enough.

        `until` ends it early.
        """
        seconds = self.seconds_until(next_)
        self._clock.sleep(min(seconds, longest), until=until)
        return seconds <= longest

    def _ask(
        self, kind: type[Answer], method: str, path: str, body: dict[str, Any] | None = None
    ) -> Answer:
        answer = self._line.ask(method, path, body)
        try:
            return read(kind, answer)
        except ValueError as error:
            raise Unreachable(f"{method} {path}: {error}") from error
