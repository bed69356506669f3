"""The product as its user has it: a process, an address, a data directory, and nothing else."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import psutil

from retinue.foundation.clock import SystemClock
from tests.factories import plain_http
from tests.factories.staging import ROOT, until

IDLE_LOGINS = {"test_account", "quecreate"}
COMMAND = (sys.executable, "-m", "retinue")
READY_SECONDS = 30.0
_clock = SystemClock()


def environment(**more: str) -> dict[str, str]:
    """What a shell gives, with a HOST in it, as many shells set one; none of our own variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RETINUE_")}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), "HOST": "0.0.0.0", **more}


@dataclass
class Product:
    """One `retinue up --demo` on a data directory."""

    data_dir: Path
    process: subprocess.Popen[bytes]
    stdout: Path
    stderr: Path
    ready_seconds: float
    url: str
    http: httpx2.Client = field(repr=False)
    seen: dict[int, psutil.Process] = field(default_factory=dict, repr=False)

    @property
    def said(self) -> str:
        return self.stderr.read_text(encoding="utf-8")

    def processes(self) -> list[psutil.Process]:
        """The server and everything below it, now; all of them are remembered."""
        server = psutil.Process(self.process.pid)
        found = [server, *server.children(recursive=True)]
        self.seen.update({one.pid: one for one in found})
        return found

    def left(self) -> list[psutil.Process]:
        """Of all that were ever seen, those that live."""
        return [one for one in self.seen.values() if is_alive(one)]

    def interrupt(self) -> int:
        """Ctrl-C; the exit code."""
        self.processes()
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(timeout=40)

    def end(self) -> None:
        """Whatever became of it, nothing of it stays."""
        self.http.close()
        if self.process.poll() is None:
            self.processes()
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(timeout=40)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        for one in self.left():
            one.kill()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Straight from the database file, past the product."""
        return rows(self.data_dir, query)

    def counts(self) -> dict[str, int]:
        """Rows per table that a request may change; what the engine room counts by itself is left out."""
        names = [
            name for (name,) in self.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        kept = [name for name in names if name not in RESTLESS and not name.startswith("sqlite_")]
        question = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM {name}" for name in kept)
        return dict(self.rows(question))

    def session_of(self, login: str) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get("/session_status", params={"account": login}).json()
        return found

    def wait_for_status(self, login: str, *statuses: str) -> dict[str, Any]:
        until(lambda: self.session_of(login)["status"] in statuses, f"{login}: {statuses}")
        return self.session_of(login)

    def sandgram(self) -> httpx2.Client:
        """Its control API, with the token that lies in the data directory."""
        lines = [line.split() for line in self.said.splitlines()]
        url = next(line[1] for line in lines if line[:1] == ["Sandgram"])
        token = (self.data_dir / "sandgram" / "control.token").read_text(encoding="utf-8").strip()
        headers = {"Authorization": f"Bearer {token}"}
        return plain_http.client(f"{url}/sg/control", headers=headers, timeout=30)


# The agent, its jobs and a session at work write these whenever they like.
RESTLESS = {"agents", "jobs", "session_samples", "leases", "events", "event_counter"}


def start(
    data_dir: Path,
    *,
    variables: Mapping[str, str] | None = None,
    more: tuple[str, ...] = (),
    is_demo: bool = True,
) -> Product:
    """Start it and wait for its block; the first start of a directory seeds it, if it is a demo."""
    stem = data_dir.parent / f"{data_dir.name}-{_clock.monotonic():.6f}"
    stdout, stderr = stem.with_suffix(".out"), stem.with_suffix(".err")
    begun = _clock.monotonic()
    how = ("--demo", *more) if is_demo else more
    with stdout.open("wb") as out, stderr.open("wb") as err:
        process = subprocess.Popen(
            [*COMMAND, "--data-dir", str(data_dir), "up", "--port", "0", *how],
            stdin=subprocess.DEVNULL, stdout=out, stderr=err,
            env=environment(**(variables or {})), start_new_session=True,
        )  # fmt: skip

    def is_ready() -> bool:
        assert process.poll() is None, f"ended with {process.poll()}: {stderr.read_text()}"
        return "Ctrl-C" in stderr.read_text(encoding="utf-8")

    try:
        until(is_ready, "the block", seconds=READY_SECONDS)
        url = json.loads((data_dir / "server.lock").read_text(encoding="utf-8"))["url"]
    except BaseException:
        process.kill()
        process.wait()
        raise
    ready = _clock.monotonic() - begun
    # A plain client, as curl is: no token, no cookie, nothing of the environment.
    client = plain_http.client(url, timeout=60)
    product = Product(data_dir, process, stdout, stderr, ready, url, client)
    product.processes()
    return product


def run(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A command that ends by itself."""
    return subprocess.run(
        [*COMMAND, *arguments], env=environment(**variables), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=90, check=False,
    )  # fmt: skip


def rows(data_dir: Path, query: str) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(data_dir / "retinue.db", timeout=10)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def is_alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def command_of(process: psutil.Process) -> list[str]:
    """Nothing for one that has ended meanwhile: some live for one picture only."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def seconds_until(is_so: Callable[[], bool], what: str, *, seconds: float) -> float:
    begun = _clock.monotonic()
    until(is_so, what, seconds=seconds)
    return _clock.monotonic() - begun
