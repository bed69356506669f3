"""
The example bot with somebody in its way.

`DIE_AT=7 DIE=after` ends it before or after its seventh call; those to Retinue and those to the network
count alike. `KILL_PID_FILE` names a file with the server's process: at every call to Retinue, or at every
`KILL_EVERY`th, that server is killed instead: by turns before the call, in the midst of it, and once its answer is
on the way, which is then lost.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

Request = Callable[..., httpx2.Response]
_WAYS = ("after", "before", "amid")
_SHARES = (0.001, 0.003, 0.006, 0.01, 0.02)
"""Seconds into a call."""


class DyingBot:
    def __init__(self, real: Request, *, at: int, side: str) -> None:
        self._real = real
        self._at = at
        self._side = side
        self._calls = 0

    def __call__(
        self, client: httpx2.Client, method: str, url: Any, **options: Any
    ) -> httpx2.Response:
        self._calls += 1
        is_here = self._calls == self._at
        if is_here:
            print(f"FAILPOINT {self._side} {method} {url}", flush=True)
        if is_here and self._side == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        answer = self._real(client, method, url, **options)
        if is_here:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


class DyingServer:
    def __init__(self, real: Request, *, pid_file: Path, every: int) -> None:
        self._real = real
        self._pid_file = pid_file
        self._every = every
        self._kills = 0
        self._calls = 0
        self._is_armed = True

    def __call__(
        self, client: httpx2.Client, method: str, url: Any, **options: Any
    ) -> httpx2.Response:
        if str(url).startswith("/sg/"):
            return self._real(client, method, url, **options)
        self._calls += self._is_armed
        strikes = self._is_armed and self._calls % self._every == 0
        self._is_armed = False
        if strikes:
            self._kills += 1
            print(f"FAILPOINT {self._calls} {method} {url}", flush=True)
        way = _WAYS[self._kills % 3] if strikes else None
        if way == "before":
            self._kill()
        if way == "amid":
            soon = threading.Timer(_SHARES[self._kills % len(_SHARES)], self._kill)
            soon.start()
            try:
                return self._real(client, method, url, **options)
            finally:
                soon.join()
                self._is_armed = True
        answer = self._real(client, method, url, **options)
        if way == "after":
            self._kill()
            raise httpx2.ReadError("the answer was lost")
        # What is sent again must be heard once, before the next one may be lost.
        self._is_armed = True
        return answer

    def _kill(self) -> None:
        for _ in range(400):
            try:
                os.kill(int(self._pid_file.read_text(encoding="utf-8")), signal.SIGKILL)
            except ProcessLookupError:
                # The next server answers a moment before it is written down which one it is.
                time.sleep(0.05)
            else:
                return


def _in_the_way(real: Request) -> DyingBot | DyingServer:
    if "KILL_PID_FILE" in os.environ:
        every = int(os.environ.get("KILL_EVERY", "1"))
        return DyingServer(real, pid_file=Path(os.environ["KILL_PID_FILE"]), every=every)
    return DyingBot(real, at=int(os.environ["DIE_AT"]), side=os.environ["DIE"])


def main() -> None:
    way = _in_the_way(httpx2.Client.request)

    def request(client: httpx2.Client, method: str, url: Any, **options: Any) -> httpx2.Response:
        return way(client, method, url, **options)

    httpx2.Client.request = request  # type: ignore[assignment, method-assign]
    sys.argv = sys.argv[1:]
    runpy.run_path(sys.argv[0], run_name="__main__")


if __name__ == "__main__":
    main()
