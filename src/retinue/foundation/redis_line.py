"""
The doorbell over Redis: what rings in one process wakes the others.

Nothing rests on it. What it carries is in the database already, so a message may be lost,
doubled or late, and Redis may be flushed or gone: then everybody goes on by polling.
"""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, Protocol

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from retinue.foundation import bell, redaction

logger = logging.getLogger(__name__)

MOST_IDS = 100
_MOST_WAITING = 10_000
_PAUSE_SECONDS = 1.0
_SOCKET_SECONDS = 2.0
_LISTEN_SECONDS = 0.5
_HEALTH_SECONDS = 5


class Deliveries(Protocol):
    """Bells that one process of many is to answer. What is to be delivered waits for it in a queue."""

    @property
    def bells(self) -> frozenset[str]: ...

    def send(self, bell: str, ids: Sequence[str]) -> None:
        """
        Raises:
            Exception: it could not be sent; nobody tries again.
        """


class RedisLine:
    """
    Two threads: one sends what has rung here, one rings here what others have sent.

    Bells of `deliveries` go to one process, all others to everybody. Each time Redis comes back
    every bell of this process rings, because of what came meanwhile nothing was heard.
    """

    def __init__(self, url: str, *, sender: str, deliveries: Deliveries | None = None) -> None:
        self._url = url
        self._sender = sender
        self._deliveries = deliveries
        self._channel = channel_of(url)
        self._waiting: dict[str, list[str]] = {}
        self._lock = threading.Lock()
        self._has_work = threading.Event()
        self._stop = threading.Event()
        self._listens = False
        self._is_away = False

    @property
    def is_through(self) -> bool:
        return self._listens and not self._is_away

    def carry(self, bell: str, ids: Sequence[str]) -> None:
        with self._lock:
            about = self._waiting.setdefault(bell, [])
            about.extend(ids[: max(0, _MOST_WAITING - len(about))])
        self._has_work.set()

    @contextmanager
    def open(self) -> Iterator[None]:
        threads = [
            threading.Thread(target=run, name=f"retinue-redis-{name}", daemon=True)
            for name, run in (("listener", self._listen), ("sender", self._send_on))
        ]
        for thread in threads:
            thread.start()
        try:
            with bell.carried_by(self):
                yield
        finally:
            self._stop.set()
            self._has_work.set()
            for thread in threads:
                thread.join(_SOCKET_SECONDS)

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                with client(self._url) as redis, redis.pubsub() as heard:
                    heard.subscribe(self._channel)
                    self._hear(heard)
            except (RedisError, OSError) as error:
                self._note_away(error)
            self._listens = False
            self._stop.wait(_PAUSE_SECONDS)

    def _hear(self, heard: Any) -> None:
        while not self._stop.is_set():
            message = heard.get_message(timeout=_LISTEN_SECONDS)
            if message is None:
                continue
            if message["type"] == "subscribe":
                self._note_back()
            elif message["type"] == "message":
                self._obey(message["data"])

    def _obey(self, data: bytes) -> None:
        """Whoever else writes to this channel can wake us, and nothing more."""
        with suppress(ValueError, TypeError, KeyError):
            told = json.loads(data)
            if told["from"] != self._sender:
                bell.ring_here(str(told["bell"]))

    def _send_on(self) -> None:
        while not self._stop.is_set():
            try:
                with client(self._url) as redis:
                    while not self._stop.is_set():
                        self._has_work.wait()
                        self._has_work.clear()
                        self._send(redis)
            except Exception as error:  # noqa: BLE001 - a sender that has died would never heal
                # What could not be sent is found by polling; sending it late would wake nobody sooner.
                self._note_away(error)
                with self._lock:
                    self._waiting.clear()
            self._stop.wait(_PAUSE_SECONDS)

    def _send(self, redis: Redis) -> None:
        with self._lock:
            rung, self._waiting = self._waiting, {}
        for name, ids in rung.items():
            if self._deliveries is None or name not in self._deliveries.bells:
                redis.publish(self._channel, json.dumps({"bell": name, "from": self._sender}))
                continue
            for start in range(0, max(1, len(ids)), MOST_IDS):
                self._deliveries.send(name, ids[start : start + MOST_IDS])

    def _note_away(self, error: Exception) -> None:
        with self._lock:
            was_away, self._is_away = self._is_away, True
        if not was_away and not self._stop.is_set():
            logger.warning(
                "Redis does not answer (%s); nothing is lost, work goes on by polling the database",
                redaction.redact(str(error)) or type(error).__name__,
            )

    def _note_back(self) -> None:
        with self._lock:
            was_away, self._is_away = self._is_away, False
        if was_away:
            logger.info("Redis answers again")
        bell.ring_all_here()
        self._listens = True


def client(url: str) -> Redis:
    """Fails at once: whoever asks has another way to go."""
    return Redis.from_url(
        url,
        socket_timeout=_SOCKET_SECONDS,
        socket_connect_timeout=_SOCKET_SECONDS,
        health_check_interval=_HEALTH_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )


def problem_with(url: str) -> str | None:
    """Why this Redis does not answer; None where it does."""
    try:
        with client(url) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        return redaction.redact(str(error)) or type(error).__name__
    return None


def channel_of(url: str) -> str:
    """Channels are common to all databases of a Redis, so the database is part of the name."""
    with client(url) as redis:
        number = redis.get_connection_kwargs().get("db", 0)
    return f"retinue.{number}.bells"
