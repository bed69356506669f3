"""One browser as we see it: a process that is asked, watched and ended."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from tempfile import mkdtemp
from typing import IO, Any

import psutil

from retinue.drivers.browser import folders, launching, wire
from retinue.drivers.browser.protocol import BrowserUnavailable
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation.clock import Clock

_STARTING_SECONDS = 90.0
_ENDING_SECONDS = 5.0
_ENDED = "the browser has ended"


class Hosted:
    """
    A process with a browser below it. Used by one thread at a time; `kill` may come from any.

    Raises:
        BrowserUnavailable: it does not start.
    """

    def __init__(
        self, executable: Path, *, folder: Path, clock: Clock, has_sandbox: bool = True
    ) -> None:
        self.born = clock.monotonic()
        self.visits = 0
        self.is_broken = False
        self._clock = clock
        self._folder = Path(mkdtemp(prefix="browser-", dir=folder))
        self._answers: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(
            [
                *(sys.executable, "-m", "retinue.drivers.browser.host"),
                *(str(self._folder), str(executable), "on" if has_sandbox else "off"),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={
                **launching.surroundings(self._folder),
                "PYTHONPATH": os.pathsep.join(map(os.path.abspath, filter(None, sys.path))),
            },
            cwd=self._folder,
            start_new_session=True,
        )
        threading.Thread(
            target=self._read, args=(self._process.stdout,), name="browser", daemon=True
        ).start()
        try:
            self.version = str(self._wait(_STARTING_SECONDS))
        except BrowserUnavailable:
            self.end()
            raise
        except DriverError as error:
            self.end()
            message = f"the browser does not start: {error.message}"
            raise BrowserUnavailable(message) from error

    @property
    def is_alive(self) -> bool:
        return not self.is_broken and self._process.poll() is None

    def ask(self, call: str, arguments: dict[str, Any], *, seconds: float) -> Any:
        """
        Raises:
            DriverError: what the call ended in; `transient` where the browser has ended or was
                killed because it took longer, with the phase that the call had reached.
        """
        try:
            assert self._process.stdin is not None  # noqa: S101 - asked for above
            self._process.stdin.write(wire.line({"call": call, "arguments": arguments}))
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            self.is_broken = True
            raise _lost(_ENDED, CallPhase.not_sent) from error
        return self._wait(seconds)

    def processes(self) -> list[psutil.Process]:
        with contextlib.suppress(psutil.Error):
            own = psutil.Process(self._process.pid)
            return [own, *own.children(recursive=True)]
        return []

    def memory(self) -> int:
        """Bytes that the whole tree holds in memory; what is shared counts for each that shares it."""
        total = 0
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                total += process.memory_info().rss
        return total

    def kill(self) -> None:
        """At once, the whole tree. Whoever waits for an answer is told that the browser has ended."""
        self.is_broken = True
        folders.end(self.processes())

    def end(self) -> None:
        """Ask it to end, and see to it. Doing it twice is nothing."""
        tree = self.processes()
        if self.is_alive:
            with contextlib.suppress(OSError, ValueError):
                assert self._process.stdin is not None  # noqa: S101 - asked for above
                self._process.stdin.write(wire.line({"call": "end"}))
                self._process.stdin.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=_ENDING_SECONDS)
        self.is_broken = True
        folders.end([one for one in tree if one.is_running()])
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        folders.clear(self._folder)

    def _wait(self, seconds: float) -> Any:
        deadline = self._clock.monotonic() + seconds
        phase = CallPhase.not_sent
        while True:
            left = deadline - self._clock.monotonic()
            try:
                found = self._answers.get(timeout=max(0.01, left))
            except queue.Empty:
                self.kill()
                raise _lost(f"the browser took longer than {seconds:.0f} s", phase) from None
            if found is None:
                self.is_broken = True
                raise _lost(_ENDED, phase)
            if "phase" in found:
                phase = CallPhase(found["phase"])
                continue
            self.is_broken = self.is_broken or "is_broken" in found
            if "error" in found:
                raise wire.unpack_error(found["error"])
            return wire.unpack(found["value"])

    def _read(self, stdout: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            for line in stdout:
                self._answers.put(json.loads(line))
        self._answers.put(None)


def _lost(message: str, phase: CallPhase) -> DriverError:
    return DriverError(FailureClass.transient, phase=phase, message=message)
