"""Processes of the scaled topology, and a Redis that a test may kill."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import psutil
from redis import Redis
from redis.exceptions import RedisError

from tests.factories import plain_http
from tests.factories.staging import ROOT, until
from tests.fixtures.programs import find_program
from tests.fixtures.steward import die_with_parent, free_port

COMMAND = (sys.executable, "-m", "retinue")


@dataclass
class KillableRedis:
    """One of a test's own, on one port for all its lives."""

    home: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    @property
    def client(self) -> Redis:
        return Redis.from_url(self.url, socket_timeout=2)

    def start(self) -> None:
        program = find_program("redis")
        assert program is not None
        command = [
            program.path, "--bind", "127.0.0.1", "--port", str(self.port), "--dir", str(self.home),
            "--save", "", "--appendonly", "no",
        ]  # fmt: skip
        self.process = subprocess.Popen(
            command,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=die_with_parent,  # noqa: PLW1509 - a call into libc, and nothing else
        )
        until(self.answers, "Redis")

    def answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except RedisError:
            return False

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()


@contextmanager
def killable_redis(home: Path) -> Iterator[KillableRedis]:
    redis = KillableRedis(home)
    redis.start()
    try:
        yield redis
    finally:
        redis.kill()


@dataclass
class Started:
    """One process and what it has said so far."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def wait_until_it_says(self, words: str, *, seconds: float = 30) -> str:
        def is_said() -> bool:
            assert self.process.poll() is None, f"ended with {self.process.poll()}: {self.said}"
            return words in self.said

        until(is_said, words, seconds=seconds)
        return self.said

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def terminate(self, *, seconds: float = 75) -> int:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=seconds)

    def children(self) -> list[psutil.Process]:
        try:
            return psutil.Process(self.process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            return []

    def end(self) -> None:
        try:
            self.terminate(seconds=20)
        except subprocess.TimeoutExpired:
            self.kill()


class Fleet:
    """What is started here ends with the test."""

    def __init__(self, home: Path, **variables: str) -> None:
        self.home = home
        self.variables = variables
        self.key_file = home / "keys" / "sealing.key"
        self._all: list[Started] = []

    def environment(self, **more: str) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith("RETINUE_")
        }
        found = {**kept, "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}", "RETINUE_LOG_FORMAT": "console"}
        found["RETINUE_KEY_FILE"] = str(self.key_file)
        return {**found, **self.variables, **more}

    def start(self, name: str, command: Sequence[str], **more: str) -> Started:
        """`name` is its data directory's too."""
        log = self.home / f"{name}-{len(self._all)}.log"
        variables = self.environment(RETINUE_DATA_DIR=str(self.home / name), **more)
        with log.open("wb") as out:
            process = subprocess.Popen(
                list(command), stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=variables,
                start_new_session=True, cwd=ROOT,
                preexec_fn=die_with_parent,  # noqa: PLW1509 - a call into libc, and nothing else
            )  # fmt: skip
        started = Started(process, log)
        self._all.append(started)
        return started

    def retinue(self, name: str, *arguments: str, **more: str) -> Started:
        return self.start(name, [*COMMAND, *arguments], **more)

    def run(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """A command that ends by itself."""
        variables = self.environment(RETINUE_DATA_DIR=str(self.home / "command"), **more)
        return subprocess.run(
            [*COMMAND, *arguments], env=variables, stdin=subprocess.DEVNULL, capture_output=True,
            text=True, timeout=150, check=False,
        )  # fmt: skip

    def api(self, name: str) -> tuple[Started, httpx2.Client]:
        started = self.retinue(name, "api", "--port", "0")
        return started, self.client_of(started)

    def client_of(self, started: Started) -> httpx2.Client:
        said = started.wait_until_it_says("Answering requests")
        match = re.search(r"Answering requests at (http://\S+)", said)
        assert match is not None
        return plain_http.client(match[1], timeout=60)

    def worker(self, name: str, **more: str) -> Started:
        started = self.retinue(name, "worker", **more)
        started.wait_until_it_says("A worker is at work")
        return started

    def beat(self, name: str = "beat") -> Started:
        started = self.retinue(name, "beat")
        started.wait_until_it_says("The beat is at work")
        return started

    def end(self) -> None:
        """All are told at once, and then waited for; nothing of them stays."""
        alive = [one for one in self._all if one.process.poll() is None]
        left = [child for one in alive for child in one.children()]
        for one in alive:
            one.process.send_signal(signal.SIGTERM)
        for one in reversed(alive):
            one.end()
        for child in left:
            with suppress(psutil.Error):
                child.kill()


@contextmanager
def fleet(home: Path, *, database_url: str, redis_url: str, **more: str) -> Iterator[Fleet]:
    found = Fleet(home, RETINUE_DATABASE_URL=database_url, RETINUE_REDIS_URL=redis_url, **more)
    try:
        yield found
    finally:
        found.end()
