"""
Many bots at once over HTTP: how long they wait for an answer, and whether two of them are ever given the same.

10, 50 and 200 bots warm accounts up on one `retinue up` (SQLite, its engines at work), each with a token and a
connection of its own. They take what the list of ready accounts offers, so they race for accounts and content all
the time. Between two calls a bot is away for about `--pace` seconds, as one is that talks to a network: 200 bots
at 2 s are 100 calls a second. Everything may be used once. Beside them the same number of clients asks a route that
does nothing (`GET /health/live`), at the same pace: what the machine itself takes in this run.

    python benchmarks/bench_bots.py [--json] [--strict] [--seconds 20] [--pace 2.0] [--bots 10,50,200]
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import harness

_UNLIMITED = "1000000000/minute"
_PHASES = ("pfp", "bio", "post", "highlight", "story")
_MINE_TO_TAKE = {"account_held", "phase_not_ready", "phase_not_available", "warmup_refused"}
"""Somebody else was faster: no error, but what a race looks like from behind."""


@dataclass
class Seen:
    milliseconds: list[float] = field(default_factory=list)
    outcomes: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)

    def quantile(self, share: float) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


class Bot:
    def __init__(
        self, session: aiohttp.ClientSession, seen: Seen, *, pace: float, seed: int
    ) -> None:
        self._session = session
        self._seen = seen
        self._pace = pace
        self._rng = random.Random(seed)

    async def live(self, until: float) -> None:
        await asyncio.sleep(self._rng.uniform(0, self._pace))
        while time.monotonic() < until:
            found = await self.ask("GET", "/api/bot/accounts/ready?limit=20")
            if not found or not found["items"]:
                continue
            own = [one for one in found["items"] if one["is_yours"]]
            chosen = self._rng.choice(own or found["items"])
            await self._go_on(chosen["account_id"], chosen["next"], until)

    async def _go_on(self, account_id: int, todo: dict[str, Any], until: float) -> None:
        while time.monotonic() < until and todo["action"] not in {"wait", "hold", "review", "done"}:
            body = {"execution_time_ms": 5} if todo["action"] == "complete_phase" else None
            answer = await self.ask(todo["method"], todo["path"], body)
            if answer is None:
                return
            if answer.get("image"):
                await self.ask("GET", answer["image"]["url"])
            todo = answer["next"]
        if todo["action"] == "done":
            self._seen.outcomes["warmed up"] += 1

    async def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None
    ) -> dict[str, Any] | None:
        begun = time.perf_counter()
        try:
            async with self._session.request(method, path, json=body) as answer:
                content = await answer.read()
                self._seen.milliseconds.append((time.perf_counter() - begun) * 1000)
                is_json = "json" in answer.content_type
                found: dict[str, Any] = await answer.json(content_type=None) if is_json else {}
                if answer.status < 400:
                    self._seen.outcomes["answered"] += 1
                elif found.get("code") in _MINE_TO_TAKE:
                    self._seen.outcomes["taken by another"] += 1
                    found = {}
                else:
                    self._seen.errors.append(f"{answer.status} {path} {content[:200]!r}")
        except (aiohttp.ClientError, TimeoutError) as error:
            self._seen.errors.append(f"{type(error).__name__} {path}")
            found = {}
        await asyncio.sleep(self._rng.uniform(0.5, 1.5) * self._pace)
        return found or None


class Idler(Bot):
    """Asks what needs no thought."""

    async def live(self, until: float) -> None:
        await asyncio.sleep(self._rng.uniform(0, self._pace))
        while time.monotonic() < until:
            await self.ask("GET", "/health/live")


async def let_live(
    kind: type[Bot], url: str, tokens: list[str], *, seconds: float, pace: float
) -> Seen:
    seen = Seen()
    until = time.monotonic() + seconds
    connector = aiohttp.TCPConnector(limit=0)
    async with connector:
        sessions = [
            aiohttp.ClientSession(
                url,
                headers={"Authorization": f"Bearer {token}"},
                connector=connector,
                connector_owner=False,
                timeout=aiohttp.ClientTimeout(total=30),
            )
            for token in tokens
        ]
        lives: list[Awaitable[None]] = [
            kind(session, seen, pace=pace, seed=number).live(until)
            for number, session in enumerate(sessions)
        ]
        await asyncio.gather(*lives)
        for session in sessions:
            await session.close()
    return seen


def fill(directory: Path, *, bots: int, accounts_wanted: int) -> list[str]:
    """A data directory with so many accounts, and enough for each; the bots' tokens."""
    from retinue.capabilities.access import service as access
    from retinue.capabilities.access.models import Role
    from retinue.capabilities.access.schemas import Origin, TokenCreate
    from retinue.capabilities.accounts import service as accounts
    from retinue.capabilities.accounts.models import Lifecycle
    from retinue.capabilities.accounts.schemas import AccountCreate
    from retinue.capabilities.personas import service as personas
    from retinue.capabilities.personas.schemas import PersonaCreate
    from retinue.capabilities.settings import service as settings
    from retinue.entrypoints import demo_seed, starting
    from retinue.foundation.configuration import Configuration
    from tests.factories.warming import fill_pools

    with (
        starting.open_installation(Configuration(data_dir=directory), is_demo=True) as runtime,
        runtime.database.writing() as db,
    ):
        now = runtime.clock.now()
        access.remember(db, demo_seed.DONE, now.isoformat())
        at_once = {"gap_hours_min": 0.0, "gap_hours_max": 0.0}
        settings.update(db, {"warmup": at_once}, actor="benchmark", now=now)
        persona = personas.add(db, PersonaCreate(name="Ava"), actor="benchmark", now=now)
        for number in range(accounts_wanted):
            wanted = AccountCreate(login=f"person_{number}")
            account = accounts.add(db, runtime.sealer, wanted, actor="benchmark", now=now)
            account.persona_id = persona.id
            accounts.move(
                db, account, Lifecycle.ready, reason="benchmark", actor="benchmark", now=now
            )
        fill_pools(runtime, db, persona.id, each=accounts_wanted + 50)
        return [
            access.issue_token(
                db,
                TokenCreate(name=f"bot-{number}", role=Role.bot),
                granted_by=access.scopes_of(Role.admin),
                origin=Origin(actor="benchmark"),
                now=now,
            ).token
            for number in range(bots)
        ]


@contextmanager
def served(directory: Path) -> Iterator[str]:
    environment = {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(harness.PATHS),
        "RETINUE_SANDGRAM_URL": "http://127.0.0.1:9",
        "RETINUE_RATE_LIMIT": _UNLIMITED,
        "RETINUE_LOCAL_RATE_LIMIT": _UNLIMITED,
        "RETINUE_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "retinue", "--data-dir", str(directory)]
    process = subprocess.Popen(
        [*command, "up", "--demo", "--no-agent", "--port", "0"],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    url = ""
    try:
        for line in process.stderr:
            if line.split()[:1] == ["API"]:
                url = line.split()[1].removesuffix("/docs")
            if "Ctrl-C" in line:
                break
        yield url
    finally:
        process.terminate()
        process.wait(60)


def doubles(directory: Path) -> int:
    """Content that two accounts were given, and content that was used more often than it may be."""
    connection = sqlite3.connect(directory / "retinue.db", timeout=30)
    twice = (
        "SELECT {0} FROM warmup_content_assignments WHERE {0} IS NOT NULL"
        " AND released_at IS NULL GROUP BY {0} HAVING count(*) > 1"
    )
    worn = "SELECT id FROM {0} WHERE use_count + held_count > max_usage"
    questions = (
        *(twice.format(column) for column in ("content_id", "text_id")),
        *(worn.format(table) for table in ("content_items", "content_texts")),
    )
    try:
        return sum(len(connection.execute(one).fetchall()) for one in questions)
    finally:
        connection.close()


def level(report: harness.Report, url: str, tokens: list[str], options: argparse.Namespace) -> None:
    """So many bots as there are tokens; and as many clients that ask for nothing, in turns."""
    number = len(tokens)
    errors = 0
    rates: list[float] = []

    def run(kind: type[Bot]) -> Seen:
        nonlocal errors
        seen = asyncio.run(let_live(kind, url, tokens, seconds=options.seconds, pace=options.pace))
        errors += len(seen.errors)
        if seen.errors:
            print(f"{len(seen.errors)} errors, the first: {seen.errors[0]}", file=sys.stderr)
        return seen

    halves: list[float] = []
    tails: list[float] = []
    idle: list[float] = []
    for _ in range(options.rounds):
        seen = run(Bot)
        rates.append(len(seen.milliseconds) / options.seconds)
        halves.append(seen.quantile(0.5))
        tails.append(seen.quantile(0.99))
        idle.append(run(Idler).quantile(0.99))
    report.figure(f"{number} bots: calls", rates, "/s")
    report.figure(f"{number} bots: p50", halves, "ms")
    tail = report.figure(f"{number} bots: p99", tails, "ms")
    report.figure(f"{number} clients of a route that does nothing: p99", idle, "ms")
    report.goal(f"{number} bots: p99", tail, comparison="at most", goal=200, unit="ms")
    report.goal(f"{number} bots: errors", errors, comparison="at most", goal=0, unit="calls")


def main() -> int:
    parser = harness.options(__doc__, rounds=1)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--pace", type=float, default=2.0, help="seconds between a bot's calls")
    parser.add_argument("--bots", default="10,50,200")
    options = parser.parse_args()
    numbers = [int(one) for one in options.bots.split(",")]
    # Some 27 calls warm an account up, so nobody runs out of them.
    calls = sum(numbers) * options.seconds * options.rounds / options.pace
    report = harness.Report("Bots at once")
    with tempfile.TemporaryDirectory() as folder:
        directory = Path(folder)
        tokens = fill(directory, bots=max(numbers), accounts_wanted=int(calls / 20) + max(numbers))
        with served(directory) as url:
            # The first calls of a server also load what they need.
            asyncio.run(let_live(Bot, url, tokens[:2], seconds=3, pace=0.2))
            for number in numbers:
                level(report, url, tokens[:number], options)
        found = doubles(directory)
        report.goal("content given to two", found, comparison="at most", goal=0, unit="items")
    return report.finish(options)


if __name__ == "__main__":
    sys.exit(main())
