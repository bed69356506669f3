"""One server, asked patiently: what may be asked twice is asked again while it does not answer."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import httpx2

from retinue.client.errors import Unreachable, refusal_of
from retinue.foundation.clock import Clock

_AGAIN = frozenset({429, 502, 503, 504})
"""Nothing was done, or nobody can tell; later it may be."""
_RUNNING = "idempotency_key_running"
_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 5.0
CLOCK_HEADER = "X-Retinue-Clock"
"""`2026-01-31T12:00:00+00:00;factor=600`, sent by a server whose time runs fast."""


@dataclass(frozen=True, slots=True)
class _Reading:
    """What the server's clock showed when ours said `seen`, and how fast it runs."""

    shown: datetime
    seen: float
    factor: float


class Line:
    def __init__(
        self, url: str, token: str, *, patience: float, timeout: float, clock: Clock
    ) -> None:
        self._patience = patience
        self._clock = clock
        self._reading: _Reading | None = None
        self._client = httpx2.Client(
            base_url=url.rstrip("/"),
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=timeout,
            trust_env=False,
        )

    def __repr__(self) -> str:
        return f"Line({self._client.base_url})"

    def close(self) -> None:
        self._client.close()

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """
        A call with an effect carries a key of its own, so that it has that once however often it is sent.

        Raises:
            Refused: the server says no.
            Unreachable: there was no answer for as long as we are patient.
        """
        headers = {} if method == "GET" else {"Idempotency-Key": secrets.token_urlsafe(18)}
        response = self._patiently(
            lambda: self._client.request(method, path, json=body, headers=headers)
        )
        try:
            return response.json()
        except ValueError as error:
            raise Unreachable(f"what answers at {response.url} is no Retinue") from error

    def fetch(self, path: str) -> bytes:
        """The bytes of a file; raises as `ask`."""
        return self._patiently(lambda: self._client.get(path)).content

    def seconds_until(self, moment: datetime) -> float:
        """On our own watch, until the server's clock shows the moment; 0 where it is past."""
        reading = self._reading
        if reading is None:
            left = (moment - self._clock.wall_now()).total_seconds()
            return max(0.0, left)
        passed = self._clock.monotonic() - reading.seen
        shown = reading.shown + timedelta(seconds=passed * reading.factor)
        return max(0.0, (moment - shown).total_seconds() / reading.factor)

    def _patiently(self, send: Callable[[], httpx2.Response]) -> httpx2.Response:
        deadline = self._clock.monotonic() + self._patience
        pause = _FIRST_PAUSE
        while True:
            trouble, asked = "", 0.0
            try:
                response = send()
            except httpx2.TransportError as error:
                trouble = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
            else:
                self._read_clock(response)
                if response.is_success:
                    return response
                problem = _problem(response)
                is_passing = response.status_code in _AGAIN or problem.get("code") == _RUNNING
                if not is_passing and response.status_code < 500:
                    raise refusal_of(problem, status=response.status_code)
                trouble = str(problem.get("detail") or f"HTTP {response.status_code}")
                asked = _retry_after(response)
            wait = max(pause, asked)
            if self._clock.monotonic() + wait > deadline:
                raise Unreachable(f"{self._client.base_url}: {trouble}")
            self._clock.sleep(wait)
            pause = min(2 * pause, _LONGEST_PAUSE)

    def _read_clock(self, response: httpx2.Response) -> None:
        told = response.headers.get(CLOCK_HEADER, "")
        moment, _, factor = told.partition(";factor=")
        seen = self._clock.monotonic()
        try:
            if told:
                reading = _Reading(datetime.fromisoformat(moment), seen, float(factor))
            else:
                # Whole seconds, the smaller: waiting for a moment ends late, not early.
                date = parsedate_to_datetime(response.headers["Date"])
                reading = _Reading(date.astimezone(UTC), seen, 1.0)
        except (KeyError, ValueError, TypeError):
            return
        self._reading = reading if reading.factor > 0 else None


def _problem(response: httpx2.Response) -> dict[str, Any]:
    try:
        found = json.loads(response.content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _retry_after(response: httpx2.Response) -> float:
    given = response.headers.get("Retry-After", "")
    return float(given) if given.isdigit() else 0.0
