"""The doorbell within a process and, over a real Redis, between two."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from retinue.foundation import bell as bells
from retinue.foundation.bell import Bell
from retinue.foundation.database import Database
from retinue.foundation.redis_line import MOST_IDS, RedisLine, channel_of
from tests.factories.scaling import KillableRedis, killable_redis
from tests.factories.staging import until


class Notebook:
    """A carrier that writes down what it was told."""

    is_through = True

    def __init__(self) -> None:
        self.told: list[tuple[str, list[str]]] = []

    def carry(self, bell: str, ids: Sequence[str]) -> None:
        self.told.append((bell, list(ids)))


class TestRingOnCommit:
    def test_one_ring_tells_of_everything_that_the_transaction_has_named(
        self, database: Database
    ) -> None:
        bell, carrier = Bell("test.once"), Notebook()
        with bells.carried_by(carrier), database.writing() as db:
            bell.ring_on_commit(db, ["a"])
            bell.ring_on_commit(db, ["b", "c"])
            assert carrier.told == []
        assert carrier.told == [("test.once", ["a", "b", "c"])]

    def test_what_is_rolled_back_rings_nowhere(self, database: Database) -> None:
        bell, carrier, heard = Bell("test.rolled"), Notebook(), threading.Event()
        with (
            bells.carried_by(carrier),
            bell.heard_by(heard),
            pytest.raises(RuntimeError),
            database.writing() as db,
        ):
            bell.ring_on_commit(db, ["a"])
            raise RuntimeError
        assert (carrier.told, heard.is_set()) == ([], False)


class Letterbox:
    """Deliveries that end here."""

    def __init__(self, *names: str) -> None:
        self.bells = frozenset(names)
        self.sent: list[list[str]] = []

    def send(self, bell: str, ids: Sequence[str]) -> None:
        self.sent.append(list(ids))


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[KillableRedis]:
    with killable_redis(tmp_path) as one:
        yield one


class TestRedisLine:
    def test_it_carries_heals_and_says_one_line_of_each(
        self, redis: KillableRedis, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level("INFO", "retinue.foundation.redis_line")
        bell, heard = Bell("test.line"), threading.Event()
        post = Letterbox("test.post")
        line = RedisLine(redis.url, sender="here", deliveries=post)

        def said_elsewhere(sender: str = "elsewhere", data: bytes | None = None) -> bool:
            told = json.dumps({"bell": bell.name, "from": sender}).encode()
            return (
                int(redis.client.publish(channel_of(redis.url), told if data is None else data)) > 0
            )

        with line.open(), bell.heard_by(heard):
            until(lambda: line.is_through, "the line")
            heard.clear()
            assert said_elsewhere()
            assert heard.wait(5)

            heard.clear()
            for nonsense in (b"", b"[]", b"{}", b"\xff", b'{"bell": 7, "from": 1}'):
                said_elsewhere(data=nonsense)
            said_elsewhere(sender="here")
            assert not heard.wait(0.3), "what it has said itself was heard already"

            Bell("test.post").ring([str(n) for n in range(250)])
            until(lambda: len(post.sent) == 3, "three deliveries")
            assert [len(ids) for ids in post.sent] == [MOST_IDS, MOST_IDS, 50]

            redis.kill()
            until(lambda: not line.is_through, "that Redis is away is noticed")
            bell.ring()
            heard.clear()
            redis.start()
            until(lambda: line.is_through, "Redis is back", seconds=15)
            assert heard.wait(5), "what was missed meanwhile is looked for"
            assert said_elsewhere()

        assert len([one for one in caplog.records if "does not answer" in one.message]) == 1
        assert len([one for one in caplog.records if "answers again" in one.message]) == 1

    def test_who_rings_never_waits_for_a_redis_that_is_not_there(self) -> None:
        line = RedisLine("redis://127.0.0.1:1/0", sender="here")
        bell = Bell("test.nobody")
        with line.open():
            for _ in range(100):
                bell.ring(["x"])
            assert bells.is_carried() is False
        assert bells.is_carried() is None

    def test_two_databases_of_a_redis_do_not_hear_each_other(self) -> None:
        assert channel_of("redis://127.0.0.1:1/3") != channel_of("redis://127.0.0.1:1")
