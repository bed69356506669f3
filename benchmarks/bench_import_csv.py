"""
A CSV of 10 MB into a running server: rows per second, memory, and what `GET /` feels of it.

The server is the application with its jobs and events, in a child process; the file goes in over
HTTP, and another connection asks `GET /` all the while. Goals: 5 seconds, 200 MB
on top, p99 of `GET /` under 100 ms. The limit in the same run is the bare work: parse,
seal with AES-GCM and insert, by hand, without checks, jobs, events or HTTP.

    python benchmarks/bench_import_csv.py [--megabytes 10] [--json]
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import secrets
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "src"), str(ROOT)]

import httpx2  # noqa: E402
import psutil  # noqa: E402
from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: E402

COLUMNS = (
    "account_no", "login", "password", "email", "email_password", "auth_token", "ct0",
    "two_fa", "labels", "timezone",
)  # fmt: skip
LOOK_SECONDS = 0.1
SECRETS = ("password", "email_password", "auth_token", "ct0", "two_fa")


def make_file(megabytes: float) -> bytes:
    target = io.StringIO()
    target.write(",".join(COLUMNS) + "\n")
    number = 0
    while target.tell() < megabytes * 1024 * 1024 - 200:
        number += 1
        login = f"user_{number:06d}"
        cells = (
            f"W{number:06d}", login, secrets.token_urlsafe(12), f"{login}@mail.example",
            secrets.token_urlsafe(9), secrets.token_hex(20), secrets.token_hex(16),
            "JBSWY3DPEHPK3PXP" if number % 2 else "12345678", "north|spring", "Europe/Berlin",
        )  # fmt: skip
        target.write(",".join(cells) + "\n")
    return target.getvalue().encode()


def bare_seconds(content: bytes, directory: Path) -> float:
    """The limit: one thread, one table, nothing asked."""
    cipher = AESGCM(os.urandom(32))
    database = sqlite3.connect(directory / "bare.db")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    names = ", ".join(COLUMNS)
    database.execute(
        f"CREATE TABLE accounts (id INTEGER PRIMARY KEY, {names}, UNIQUE (account_no))"
    )
    places = ", ".join("?" * len(COLUMNS))
    began = time.perf_counter()
    rows, waiting = csv.DictReader(io.StringIO(content.decode())), []
    for row in rows:
        for name in SECRETS:
            nonce = os.urandom(12)
            row[name] = nonce + cipher.encrypt(nonce, row[name].encode(), b"place")
        waiting.append(tuple(row.values()))
        if len(waiting) == 1000:
            with database:
                database.executemany(f"INSERT INTO accounts ({names}) VALUES ({places})", waiting)
            waiting.clear()
    with database:
        database.executemany(f"INSERT INTO accounts ({names}) VALUES ({places})", waiting)
    took = time.perf_counter() - began
    database.close()
    return took


def serve(data_dir: str) -> None:
    """The child: the application with its jobs and events, on a free port; says its URL on stdout."""
    import uvicorn

    from retinue.entrypoints.api import create_app
    from retinue.entrypoints.jobs import JOBS
    from retinue.entrypoints.starting import open_installation
    from retinue.foundation.configuration import Configuration
    from retinue.foundation.events.publisher import Publisher
    from retinue.foundation.jobs.executor import Executor

    configuration = Configuration(data_dir=Path(data_dir), log_level="warning")
    stop = threading.Event()
    listener = socket.create_server(("127.0.0.1", 0))
    with open_installation(configuration, is_demo=True) as runtime:
        for engine in (Executor(runtime, JOBS), Publisher(runtime)):
            threading.Thread(target=engine.run, args=(stop,), daemon=True).start()
        server = uvicorn.Server(
            uvicorn.Config(create_app(runtime), log_config=None, access_log=False)
        )
        print(f"http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
        server.run(sockets=[listener])
        stop.set()


class Asking:
    """
    Asks `GET /` on a connection of its own until told to stop, and keeps the times; and
    the most memory that the server's children were seen with.
    """

    def __init__(self, url: str, process: psutil.Process) -> None:
        self.milliseconds: list[float] = []
        self.children_bytes = 0
        self._process = process
        self._url = url
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _ask(self) -> None:
        looked = 0.0
        with httpx2.Client(base_url=self._url, trust_env=False) as client:
            while not self._stop.wait(0.005):
                began = time.perf_counter()
                client.get("/").raise_for_status()
                self.milliseconds.append((time.perf_counter() - began) * 1000)
                # A look goes through all processes of the machine: at every question it took the
                # import a good part of a core.
                if began - looked > LOOK_SECONDS:
                    looked = began
                    self.children_bytes = max(self.children_bytes, self._children_bytes())

    def _children_bytes(self) -> int:
        try:
            return sum(child.memory_info().rss for child in self._process.children())
        except psutil.Error:
            return 0

    def p99(self) -> float:
        return statistics.quantiles(self.milliseconds, n=100)[98]


def import_over_http(
    client: httpx2.Client, content: bytes, **asked: Any
) -> tuple[float, dict[str, Any]]:
    began = time.perf_counter()
    answer = client.post(
        "/api/accounts/import", params=asked, files={"file": ("accounts.csv", content, "text/csv")}
    )
    answer.raise_for_status()
    report = answer.json()
    while report["state"] not in {"completed", "failed"}:
        time.sleep(0.05)
        report = client.get(f"/api/accounts/imports/{report['import_id']}").json()
    return time.perf_counter() - began, report


def measure(megabytes: float) -> dict[str, Any]:
    content = make_file(megabytes)
    with tempfile.TemporaryDirectory() as directory:
        child = subprocess.Popen(
            [sys.executable, __file__, "--serve", f"{directory}/data"],
            stdout=subprocess.PIPE,
            text=True,
        )
        assert child.stdout is not None
        try:
            url = child.stdout.readline().strip()
            figures = measure_server(url, psutil.Process(child.pid), content)
        finally:
            child.terminate()
            child.wait(30)
            child.stdout.close()
        figures["bare_seconds"] = round(bare_seconds(content, Path(directory)), 2)
    figures["share_of_bare"] = round(figures["bare_seconds"] / figures["import_seconds"], 2)
    return figures


def measure_server(url: str, process: psutil.Process, content: bytes) -> dict[str, Any]:
    figures: dict[str, Any] = {"megabytes": round(len(content) / 1024 / 1024, 2)}
    with httpx2.Client(base_url=url, trust_env=False, timeout=60) as client:
        with Asking(url, process) as quiet:
            time.sleep(1)
        resident = process.memory_info().rss
        for name, asked in (("dry_run", {"dry_run": True}), ("import", {}), ("again", {})):
            with Asking(url, process) as busy:
                took, report = import_over_http(client, content, **asked)
            assert report["state"] == "completed", report
            figures |= {
                f"{name}_seconds": round(took, 2),
                f"{name}_counts": report["counts"],
                f"{name}_get_p99_ms": round(busy.p99(), 1),
                f"{name}_get_worst_ms": round(max(busy.milliseconds), 1),
                f"{name}_child_rss_mb": round(busy.children_bytes / 2**20),
            }
        peak = int(process_status(process.pid, "VmHWM"))
    rows = figures["import_counts"]["rows"]
    return figures | {
        "rows": rows,
        "rows_per_second": round(rows / figures["import_seconds"]),
        "idle_get_p99_ms": round(quiet.p99(), 1),
        "server_rss_idle_mb": round(resident / 2**20),
        "server_rss_peak_added_mb": round((peak * 1024 - resident) / 2**20),
    }


def process_status(pid: int, name: str) -> str:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(line.split()[1] for line in lines if line.startswith(f"{name}:"))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=float, default=10)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--serve", metavar="DATA_DIR", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.serve:
        serve(arguments.serve)
        return
    figures = measure(arguments.megabytes)
    if arguments.json:
        print(json.dumps(figures, indent=2))
        return
    for name, value in figures.items():
        print(f"{name:<24} {value}")


if __name__ == "__main__":
    main()
