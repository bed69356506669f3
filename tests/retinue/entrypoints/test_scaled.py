"""The commands of the scaled topology, before there is anything to meet in."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from retinue.foundation.bell import Bell
from retinue.foundation.jobs.messages import QUEUE, Messages, make_app
from tests.factories.scaling import COMMAND, KillableRedis, killable_redis
from tests.factories.staging import ROOT

IMPORTED = """
import json, sys
from retinue.entrypoints import all_in_one, api, engine_room
from retinue.entrypoints.cli import root
print(json.dumps([name for name in ("celery", "kombu", "redis") if name in sys.modules]))
"""


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RETINUE_")}
    return {**kept, "PYTHONPATH": str(ROOT / "src"), **more}


def run(command: list[str], **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, env=environment(**variables), stdin=subprocess.DEVNULL, capture_output=True,
        text=True, timeout=60, check=False,
    )  # fmt: skip


class TestOneProcess:
    def test_it_is_started_without_celery_and_without_redis(self) -> None:
        done = run([sys.executable, "-c", IMPORTED])
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == []


class TestCommands:
    @pytest.mark.parametrize("command", ["api", "worker", "beat"])
    def test_it_says_what_has_to_be_set(self, command: str, tmp_path: Path) -> None:
        done = run([*COMMAND, "--data-dir", str(tmp_path / "data"), command])
        assert done.returncode == 2
        assert "RETINUE_DATABASE_URL and RETINUE_REDIS_URL must be set" in done.stderr
        assert not (tmp_path / "data").exists()

    def test_a_redis_that_is_none_is_refused_without_its_password(self, tmp_path: Path) -> None:
        done = run(
            [*COMMAND, "--data-dir", str(tmp_path / "data"), "worker"],
            RETINUE_REDIS_URL="http://:sesame-street@127.0.0.1",
        )
        assert done.returncode == 2
        assert "redis, rediss, unix" in done.stderr
        assert "sesame" not in done.stderr


class TestDoctor:
    def test_it_says_how_redis_is(self, tmp_path: Path) -> None:
        with killable_redis(tmp_path) as redis:
            asked = [*COMMAND, "--data-dir", str(tmp_path / "data"), "doctor", "--json"]
            there = json.loads(run(asked, RETINUE_REDIS_URL=redis.url).stdout)
            redis.kill()
            away = json.loads(run(asked, RETINUE_REDIS_URL=redis.url).stdout)
        states = [
            one["state"] for found in (there, away) for one in found if one["check"] == "redis"
        ]
        assert states == ["ok", "warning"]


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[KillableRedis]:
    with killable_redis(tmp_path) as one:
        yield one


class TestMessages:
    def test_without_a_worker_they_stop_at_a_thousand(self, redis: KillableRedis) -> None:
        redis.client.rpush(f"retinue:{QUEUE}", *["{}"] * 998)
        messages = Messages(redis.url, make_app(redis.url), bells=[Bell("test.full")])
        for _ in range(5):
            messages.send("test.full", ["a"])
            messages.sweep()
        assert redis.client.llen(f"retinue:{QUEUE}") == 1000

    def test_they_are_json_and_name_the_bell_and_the_ids(self, redis: KillableRedis) -> None:
        Messages(redis.url, make_app(redis.url), bells=()).send("a.bell", ["one", "two"])
        raw = redis.client.lindex(f"retinue:{QUEUE}", 0)
        assert isinstance(raw, bytes)
        message = json.loads(raw)
        assert message["content-type"] == "application/json"
        assert message["headers"]["task"] == "retinue.ring"
        assert (message["headers"]["eta"], message["headers"]["expires"]) == (None, None)
        assert "one" in message["headers"]["argsrepr"]
