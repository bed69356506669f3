"""
One picture for one account, out of 1,000, 100,000 and 1,000,000 of one pool.

Ours is the whole of it: the best that its filters leave, by score, promised in a durable transaction
of its own. Beside it the same choice as others make it, without a promise: every item in memory, its
tags a set; and a join with a table of tags, sorted by the score.
"""

from __future__ import annotations

import itertools
import json
import random
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import bench_tasks
import harness

from retinue.capabilities.content import service as content
from retinue.capabilities.content.models import ContentKind
from retinue.capabilities.content.rules import scoring
from retinue.capabilities.content.schemas import Wanted
from retinue.capabilities.content.service.adding import tag_set_of
from retinue.capabilities.personas import service as personas
from tests.factories.engaging import make_account

if TYPE_CHECKING:
    from retinue.foundation.runtime import Runtime

SIZES = (1000, 100_000, 1_000_000)
ASKED = 400
PEERS_ASKED = 5
ACCOUNTS = 500
GOAL_MS = 10.0
THEMES = [f"theme {number}" for number in range(30)]
_DAY = timedelta(days=1)
_CHUNK = 10_000


def fill(runtime: Runtime, number: int, rng: random.Random, now: datetime) -> None:
    """Six in ten were never used, one and a half rest; each has up to three of thirty tags."""
    with runtime.database.writing() as db:
        persona = personas.ensure(db, "Ava", actor="bench", now=now).id
        for n in range(ACCOUNTS):
            make_account(db, f"account{n}", now=now, persona_id=persona)
        sets: dict[tuple[str, ...], int] = {}
        for _ in range(min(number, 5000)):
            tags = tuple(sorted(rng.sample(THEMES, rng.randrange(4))))
            if tags not in sets:
                sets[tags] = tag_set_of(db, persona, ContentKind.image, "post", tags)
    choices = list(sets.items())
    with runtime.database.writing_core() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.execute("PRAGMA cache_size = -400000")
        # In one go afterwards, as a million times a little would take minutes.
        indexes = driver.execute(
            "SELECT name, sql FROM sqlite_master WHERE tbl_name = 'content_items' AND type = 'index'"
            " AND sql IS NOT NULL"
        ).fetchall()
        for name, _ in indexes:
            driver.execute(f"DROP INDEX {name}")
        for start in range(0, number, _CHUNK):
            rows = [
                row(n, persona, *rng.choice(choices), rng=rng, now=now)
                for n in range(start, min(start + _CHUNK, number))
            ]
            names = ", ".join(rows[0])
            marks = ", ".join(f":{name}" for name in rows[0])
            driver.executemany(f"INSERT INTO content_items ({names}) VALUES ({marks})", rows)
        for _, sql in indexes:
            driver.execute(sql)
        driver.execute("PRAGMA cache_size = -8000")


def row(
    n: int, persona: int, tags: tuple[str, ...], tag_set: int, *, rng: random.Random, now: datetime
) -> dict[str, Any]:
    quality = rng.randrange(101)
    dice = rng.random()
    uses = 0 if dice < 0.6 else rng.randrange(1, 5)
    used_at = None
    if uses:
        days = rng.uniform(0, 30) if dice > 0.85 else rng.uniform(31, 200)
        used_at = now - days * _DAY
    successes = rng.randrange(uses + 1)
    used = None if used_at is None else used_at.isoformat(" ", "microseconds")[:26]
    digest = f"{n:064x}"
    return {
        "persona_id": persona,
        "tag_set_id": tag_set,
        "category": "post",
        "tags": json.dumps(tags),
        "quality": quality,
        "max_usage": None if uses else 1,
        "held_count": 0,
        "use_count": uses,
        "success_count": successes,
        "last_used_at": used,
        "last_used_s": 0 if used_at is None else int(used_at.timestamp()),
        "guarded_since": used,
        "resting_since": used if used_at is not None and now - used_at < 30 * _DAY else None,
        "shortfall": scoring.shortfall(
            quality=quality, uses=uses, successes=successes, held=0, max_usage=None
        ),
        "created_at": now.isoformat(" ", "microseconds")[:26],
        "sha256": digest,
        "source_sha256": digest,
        "phash": n,
        "media_type": "image/jpeg",
        "width": 1080,
        "height": 1080,
        "bytes": 200_000,
    }


def asked(rng: random.Random) -> Iterator[Wanted]:
    while True:
        yield Wanted(
            persona_id=1,
            account_id=rng.randrange(1, ACCOUNTS + 1),
            kind=ContentKind.image,
            category="post",
            tags=tuple(rng.sample(THEMES, rng.randrange(5))),
            min_quality=rng.choice([0, 0, 40]),
        )


@dataclass(frozen=True)
class Choices:
    """Milliseconds of each choice."""

    chosen: list[float]
    computed: list[float]
    """Of the same, what this thread has computed: it is the machine's neighbours who decide on the rest."""
    whole: list[float]
    """With the transaction around it."""


def ours(runtime: Runtime, number: int, rng: random.Random) -> Choices:
    seen = Choices([], [], [])
    for wanted in itertools.islice(asked(rng), number):
        began = time.perf_counter()
        with runtime.database.writing() as db:
            inside, computed = time.perf_counter(), time.thread_time()
            content.assign(db, wanted, now=runtime.clock.now())
            seen.computed.append(1000 * (time.thread_time() - computed))
            seen.chosen.append(1000 * (time.perf_counter() - inside))
        seen.whole.append(1000 * (time.perf_counter() - began))
    return seen


def python_sets(path: Path, rng: random.Random, now: datetime) -> Callable[[], float]:
    """Everything in memory once; each choice looks at all of it."""
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute(
            "SELECT id, tags, quality, use_count, success_count, last_used_s FROM content_items"
        )
        items = [(one[0], frozenset(json.loads(one[1])), *one[2:]) for one in rows]
    seconds, questions = now.timestamp(), asked(rng)

    def choose() -> float:
        wanted = next(questions)
        began = time.perf_counter()
        tags = frozenset(wanted.tags)
        best, _ = max(
            (
                0.3 * quality / 100
                + 0.25 * (1 - 0.5 ** ((seconds - last) / 1_209_600) if last else 1)
                + 0.25 * (successes + 1) / (uses + 2)
                + 0.2 * (len(tags & item_tags) / len(tags) if tags else 1),
                item_id,
            )
            for item_id, item_tags, quality, uses, successes, last in items
            if quality >= wanted.min_quality and (not last or seconds - last >= 2_592_000)
        )
        assert best > 0
        return 1000 * (time.perf_counter() - began)

    return choose


_JOIN = """
    SELECT i.id FROM content_items i LEFT JOIN item_tags t ON t.item_id = i.id AND t.tag IN ({tags})
    WHERE i.persona_id = 1 AND i.category = 'post' AND i.quality >= ?
      AND (i.last_used_s = 0 OR i.last_used_s <= ?)
    GROUP BY i.id
    ORDER BY 0.3 * i.quality / 100 + 0.25 * CASE WHEN i.last_used_s = 0 THEN 1
          ELSE 1 - pow(0.5, (? - i.last_used_s) / 1209600.0) END
      + 0.25 * (i.success_count + 1.0) / (i.use_count + 2) + 0.2 * count(t.tag) / {number} DESC
    LIMIT 1
"""


def tag_join(path: Path, rng: random.Random, now: datetime) -> Callable[[], float]:
    """A table of tags with its index, and the score in the question."""
    copy = sqlite3.connect(path)
    copy.execute(
        "CREATE TABLE item_tags (item_id INTEGER, tag TEXT, PRIMARY KEY (item_id, tag)) WITHOUT ROWID"
    )
    copy.execute(
        "INSERT INTO item_tags SELECT i.id, j.value FROM content_items i, json_each(i.tags) j"
    )
    copy.execute("CREATE INDEX by_tag ON item_tags (tag, item_id)")
    copy.commit()
    seconds, questions = now.timestamp(), asked(rng)

    def choose() -> float:
        wanted = next(questions)
        marks = ", ".join("?" for _ in wanted.tags) or "''"
        statement = _JOIN.format(tags=marks, number=max(1, len(wanted.tags)))
        given = (*wanted.tags, wanted.min_quality, seconds - 2_592_000, seconds)
        began = time.perf_counter()
        assert copy.execute(statement, given).fetchone()
        return 1000 * (time.perf_counter() - began)

    return choose


_FIGURES: dict[str, Callable[[Choices], list[float]]] = {
    "chosen and promised": lambda one: one.chosen,
    "computing of that": lambda one: one.computed,
    "with its durable commit": lambda one: one.whole,
}


def measure(report: harness.Report, size: int, rounds: int) -> None:
    rng = random.Random(size)
    with tempfile.TemporaryDirectory() as name:
        runtime = bench_tasks.make_runtime(Path(name))
        now = runtime.clock.now()
        fill(runtime, size, rng, now)
        ours(runtime, 20, rng)
        number = min(ASKED, size // 10)
        rounds_seen = [ours(runtime, number, rng) for _ in range(rounds)]
        path = Path(str(runtime.database.url.database))
        runtime.database.close()
        peers = {
            "python sets": python_sets(path, rng, now),
            "a join with tags": tag_join(path, rng, now),
        }
        p99 = 0.0
        for told, of in _FIGURES.items():
            lists = [of(one) for one in rounds_seen]
            halves = [statistics.median(one) for one in lists]
            report.figure(f"{size:,} items: {told}, p50", halves, "ms")
            most = [statistics.quantiles(one, n=100)[98] for one in lists]
            worst = report.figure(f"{size:,} items: {told}, p99", most, "ms")
            p99 = p99 or worst
        for told, choose in peers.items():
            report.figure(
                f"{size:,} items: {told}, p50", [choose() for _ in range(PEERS_ASKED)], "ms"
            )
    report.goal(f"{size:,} items, p99", p99, comparison="at most", goal=GOAL_MS, unit="ms")


def main() -> int:
    chosen = harness.options(__doc__, rounds=3).parse_args()
    report = harness.Report("Assignment of content")
    for size in SIZES:
        measure(report, size, chosen.rounds)
    return report.finish(chosen)


if __name__ == "__main__":
    sys.exit(main())
