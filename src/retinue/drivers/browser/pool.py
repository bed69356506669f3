"""
The browsers of one process: few, not old, not large, and none left behind.

A visit has a browser to itself and a fresh profile in it. A browser is given up after so many
visits, so much time or memory, and when it has not been needed for a while.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from retinue.drivers.browser import launching, wire
from retinue.drivers.browser.folders import Folder, open_folder
from retinue.drivers.browser.hosting import Hosted
from retinue.drivers.browser.protocol import (
    BrowserUnavailable,
    Egress,
    Evidence,
    Jar,
    PageNotUnderstood,
    Seen,
)
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation.clock import Clock
from retinue.foundation.redaction import redact

_LOOKING_SECONDS = 2.0
_SOONER = 5.0
_CLOSED = "the browsers are closed: this process is ending"


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds and bytes. `waiting` is how long a visit waits for a browser, `visit` how long it may last."""

    browsers: int = 2
    visits: int = 50
    age: float = 900.0
    memory: int = 1_500_000_000
    idle: float = 60.0
    waiting: float = 300.0
    visit: float = 900.0
    page: float = 30.0
    element: float = 5.0


class BrowserPool:
    """
    `sites` has the address of each network's site. Nothing is started before the first visit;
    `folder` is where all files of all browsers are, and nothing else.
    """

    def __init__(
        self,
        sites: Mapping[str, str],
        *,
        folder: Path,
        clock: Clock,
        limits: Limits | None = None,
        executable: Path | None = None,
        has_sandbox: bool = True,
    ) -> None:
        self._sites = dict(sites)
        self._root = folder
        self._clock = clock
        self._limits = limits or Limits()
        self._executable = executable
        self._has_sandbox = has_sandbox
        self._changed = threading.Condition()
        self._folder: Folder | None = None
        self._idle: list[tuple[Hosted, float]] = []
        self._busy: dict[Hosted, float] = {}
        self._coming = 0
        self._is_closed = threading.Event()
        self._closing = threading.Lock()

    @contextmanager
    def visit(
        self,
        network: str,
        *,
        egress: Egress | None = None,
        user_agent: str | None = None,
        jar: Jar | None = None,
    ) -> Iterator[_Visit]:
        site = self._sites.get(network)
        if site is None:
            raise DriverError(
                FailureClass.invalid_input,
                phase=CallPhase.not_sent,
                message=f"no web site is known for the network {network!r}",
            )
        hosted = self._take()
        limits = self._limits
        try:
            visit = _Visit(hosted, seconds=limits.page * 4 + _SOONER)
            visit.ask(
                "begin",
                network=network,
                site=site,
                egress=wire.pack_egress(egress),
                user_agent=user_agent,
                jar=None if jar is None else jar.to_text(),
                patience={"page": limits.page, "element": limits.element},
            )
            yield visit
        finally:
            self._give_back(hosted)

    def close(self) -> None:
        self._is_closed.set()
        # Whoever comes second waits until everything is gone, too.
        with self._closing:
            self._end_all()

    def _end_all(self) -> None:
        with self._changed:
            ending = [*(one for one, _ in self._idle), *self._busy]
            busy = list(self._busy)
            self._idle.clear()
            self._changed.notify_all()
        for hosted in busy:
            hosted.kill()
        for hosted in ending:
            hosted.end()
        with self._changed:
            folder, self._folder = self._folder, None
        if folder is not None:
            folder.close()

    def processes(self) -> int:
        """How many processes all browsers are made of at the moment."""
        with self._changed:
            all_of_them = [*(one for one, _ in self._idle), *self._busy]
        return sum(len(one.processes()) for one in all_of_them)

    def memory(self) -> int:
        with self._changed:
            all_of_them = [*(one for one, _ in self._idle), *self._busy]
        return sum(one.memory() for one in all_of_them)

    def _take(self) -> Hosted:
        """A browser that is nobody else's, started if need be."""
        deadline = self._clock.monotonic() + self._limits.waiting
        with self._changed:
            while True:
                if self._is_closed.is_set():
                    raise BrowserUnavailable(_CLOSED)
                while self._idle:
                    hosted, _ = self._idle.pop()
                    if hosted.is_alive:
                        self._busy[hosted] = self._clock.monotonic()
                        return hosted
                    hosted.end()
                if len(self._busy) + self._coming < self._limits.browsers:
                    self._coming += 1
                    break
                left = deadline - self._clock.monotonic()
                if left <= 0:
                    raise BrowserUnavailable(
                        f"all {self._limits.browsers} browsers have been busy for "
                        f"{self._limits.waiting:.0f} s: try again later"
                    )
                self._changed.wait(timeout=left)
        try:
            hosted = self._start()
        except BaseException:
            with self._changed:
                self._coming -= 1
                self._changed.notify()
            raise
        with self._changed:
            self._coming -= 1
            self._busy[hosted] = self._clock.monotonic()
        return hosted

    def _start(self) -> Hosted:
        executable = launching.find(self._executable)
        with self._changed:
            if self._is_closed.is_set():
                raise BrowserUnavailable(_CLOSED)
            if self._folder is None:
                self._folder = open_folder(self._root)
                threading.Thread(target=self._look_after, name="browsers", daemon=True).start()
            folder = self._folder.path
        return Hosted(executable, folder=folder, clock=self._clock, has_sandbox=self._has_sandbox)

    def _give_back(self, hosted: Hosted) -> None:
        hosted.visits += 1
        with contextlib.suppress(DriverError):
            if hosted.is_alive:
                hosted.ask("finish", {}, seconds=_SOONER)
        is_spent = not hosted.is_alive or self._is_spent(hosted) or self._is_closed.is_set()
        with self._changed:
            if not is_spent:
                self._busy.pop(hosted, None)
                self._idle.append((hosted, self._clock.monotonic()))
                self._changed.notify()
                return
        # Ended first, so that there are never more browsers than allowed.
        hosted.end()
        with self._changed:
            self._busy.pop(hosted, None)
            self._changed.notify()

    def _is_spent(self, hosted: Hosted) -> bool:
        limits = self._limits
        return (
            hosted.visits >= limits.visits
            or self._clock.monotonic() - hosted.born >= limits.age
            or hosted.memory() > limits.memory
        )

    def _look_after(self) -> None:
        """End what is idle for too long or dead, and kill what has grown or lasted beyond measure."""
        while not self._is_closed.wait(_LOOKING_SECONDS):
            now = self._clock.monotonic()
            with self._changed:
                ending = [
                    pair
                    for pair in self._idle
                    if not pair[0].is_alive or now - pair[1] >= self._limits.idle
                ]
                self._idle = [pair for pair in self._idle if pair not in ending]
                busy = list(self._busy.items())
            for hosted, _ in ending:
                hosted.end()
            for hosted, since in busy:
                # Twice as much as makes a browser be given up after its visit.
                if now - since > self._limits.visit or hosted.memory() > 2 * self._limits.memory:
                    hosted.kill()


class _Visit:
    """A visit from our side of the pipe. What comes back is masked once more, by all that we know."""

    def __init__(self, hosted: Hosted, *, seconds: float) -> None:
        self._hosted = hosted
        self._seconds = seconds

    def look(self, at: str | None = None) -> Seen:
        return self._seen("look", at=at)

    def log_in(self, login: str, password: str) -> Seen:
        return self._seen("log_in", login=login, password=password)

    def ask_for_email_code(self) -> None:
        self.ask("ask_for_email_code")

    def give_code(self, code: str) -> Seen:
        return self._seen("give_code", code=code)

    def change_password(self, old: str, new: str) -> Seen:
        return self._seen("change_password", old=old, new=new)

    def jar(self) -> Jar:
        found: Jar = self.ask("jar")
        return found

    def evidence(self) -> Evidence:
        return _masked(self.ask("evidence"))

    def ask(self, call: str, **arguments: Any) -> Any:
        try:
            return self._hosted.ask(call, arguments, seconds=self._seconds)
        except PageNotUnderstood as error:
            error.evidence = _masked(error.evidence)
            error.message = redact(error.message)
            raise
        except DriverError as error:
            error.message = redact(error.message)
            raise

    def _seen(self, call: str, **arguments: Any) -> Seen:
        found: Seen = self.ask(call, **arguments)
        return Seen(found.state, redact(found.text))


def _masked(found: Evidence) -> Evidence:
    return replace(
        found,
        page=redact(found.page),
        title=redact(found.title),
        address=redact(found.address),
    )
