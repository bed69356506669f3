"""
How soon Retinue is there, and how much memory it takes while it waits.

`retinue --help`; a server from nothing to its first answer on a new data directory, and
again on the same one; its memory after some idle seconds; the memory of a session process at
work on Sandgram.

    python benchmarks/bench_startup.py [--json] [--strict] [--rounds 3]
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import harness
import psutil

from retinue.foundation import instance_lock

PATIENCE = 60.0
IDLE_SECONDS = 3.0
WORK_SECONDS = 8.0
# As an installed one starts: with its bytecode, which the first start writes.
ENVIRONMENT = {
    **{
        key: value
        for key, value in os.environ.items()
        if not key.startswith("RETINUE_") and key != "PYTHONDONTWRITEBYTECODE"
    },
    "PYTHONPATH": os.pathsep.join(harness.PATHS),
    "RETINUE_PORT": "0",
}
RETINUE = [sys.executable, "-m", "retinue"]


def seconds_of(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, env=ENVIRONMENT, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - began


@contextmanager
def server(data_dir: Path, *arguments: str) -> Iterator[tuple[psutil.Process, float]]:
    """The server's process and the seconds until its first answer."""
    began = time.perf_counter()
    process = subprocess.Popen(
        [*RETINUE, "--data-dir", str(data_dir), "up", *arguments],
        env=ENVIRONMENT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for_answer(data_dir, process)
        yield psutil.Process(process.pid), time.perf_counter() - began
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE)


def wait_for_answer(data_dir: Path, process: subprocess.Popen[bytes]) -> None:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    deadline = time.perf_counter() + PATIENCE
    while time.perf_counter() < deadline:
        if process.poll() is not None:
            message = f"the server ended with {process.returncode}"
            raise RuntimeError(message)
        found = instance_lock.holder(data_dir)
        if found and found["url"]:
            try:
                direct.open(found["url"], timeout=1).close()
            except (urllib.error.URLError, OSError):
                pass
            else:
                return
        time.sleep(0.01)
    message = f"no answer within {PATIENCE} s"
    raise TimeoutError(message)


def megabytes(process: psutil.Process) -> float:
    return float(process.memory_info().rss) / 1e6


def session_megabytes(directory: Path) -> float:
    """The largest that a session process of the demo grows to within some seconds of work."""
    with server(directory, "--demo") as (process, _):
        largest = 0.0
        deadline = time.perf_counter() + WORK_SECONDS
        while time.perf_counter() < deadline:
            for child in process.children(recursive=True):
                try:
                    if any("session_process" in part for part in child.cmdline()):
                        largest = max(largest, megabytes(child))
                except psutil.Error:
                    continue
            time.sleep(0.2)
        return largest


def main() -> int:
    options = harness.options(__doc__, rounds=3).parse_args()
    report = harness.Report("Start and memory")
    helps, firsts, seconds, idles, sessions = [], [], [], [], []
    for _ in range(options.rounds):
        helps += [seconds_of([*RETINUE, "--help"]) for _ in range(3)]
        with tempfile.TemporaryDirectory() as name:
            directory = Path(name)
            with server(directory) as (_, ready):
                firsts.append(ready)
            with server(directory) as (process, ready):
                seconds.append(ready)
                time.sleep(IDLE_SECONDS)
                idles.append(megabytes(process))
        with tempfile.TemporaryDirectory() as name:
            sessions.append(session_megabytes(Path(name)))
    shown = report.figure("retinue --help", helps, "s")
    report.figure("ready, new data directory", firsts, "s")
    ready = report.figure("ready, same data directory again", seconds, "s")
    idle = report.figure("idle server", idles, "MB")
    session = report.figure("session process at work", sessions, "MB")
    report.goal("retinue --help", shown, comparison="at most", goal=0.3, unit="s")
    report.goal("ready", ready, comparison="at most", goal=2.0, unit="s")
    report.goal("idle server", idle, comparison="at most", goal=150, unit="MB")
    report.goal("session process", session, comparison="at most", goal=80, unit="MB")
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
