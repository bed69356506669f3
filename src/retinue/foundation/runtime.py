"""
Everything that the parts of one process share, opened once and handed down.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from sqlalchemy import inspect, text
from sqlalchemy.exc import OperationalError

from retinue.foundation import redaction
from retinue.foundation.cache import Cache, MemoryCache
from retinue.foundation.clock import Clock, SystemClock, at_pace_of
from retinue.foundation.clock_file import clock_of
from retinue.foundation.database import Database
from retinue.foundation.errors import Unavailable
from retinue.foundation.key_file import create_key
from retinue.foundation.randomness import Random, new_id, system_random
from retinue.foundation.sealing import Sealer

if TYPE_CHECKING:
    # Reading it takes a library that a session process does without.
    from retinue.foundation.configuration import Configuration


@dataclass(frozen=True, slots=True)
class Runtime:
    """`incarnation` is unique to this run of this process; it is what leases are held by."""

    configuration: Configuration
    database: Database
    clock: Clock
    rng: Random
    sealer: Sealer
    incarnation: str
    cache: Cache = field(default_factory=lambda: MemoryCache(SystemClock()))
    """Shared by all processes where there is a Redis, this process's own where there is none."""


@contextmanager
def open_runtime(
    configuration: Configuration, *, clock: Clock | None = None, rng: Random | None = None
) -> Iterator[Runtime]:
    """
    Open the data directory: make it (0700) and the sealing key on the first start.

    Raises:
        SealingKeyUnusable: there is a database but its key is missing or unusable.
        Unavailable: the key is missing and the database server cannot be asked whether it needs one.
        ClockFileUnusable: where time stands cannot be read.
    """
    clock = clock or clock_of(configuration.data_dir)
    configuration.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    has_file = configuration.database_file.exists()
    if configuration.database_url is None:
        # SQLite gives its log the mode of the file beside it, so this keeps all three to their owner.
        configuration.database_file.touch(mode=0o600)
    database = Database(
        configuration.effective_database_url, lock_path=configuration.write_lock_path, clock=clock
    )
    redaction.know(database.url.password)
    if configuration.redis_url is not None:
        redaction.know(urlsplit(configuration.redis_url.get_secret_value()).password)
    with ExitStack() as stack:
        stack.callback(database.close)
        stack.enter_context(at_pace_of(clock))
        is_server = configuration.database_url is not None
        sealer = _open_sealer(
            configuration.effective_key_file,
            may_hold_secrets=lambda: _holds_rows(database) if is_server else has_file,
        )
        yield Runtime(
            configuration=configuration,
            database=database,
            clock=clock,
            rng=rng or system_random(),
            sealer=sealer,
            incarnation=new_id(),
            cache=_open_cache(configuration, clock),
        )


def _open_cache(configuration: Configuration, clock: Clock) -> Cache:
    # Where there is no Redis its library is not read either, and may be missing.
    if configuration.redis_url is None or importlib.util.find_spec("redis") is None:
        return MemoryCache(clock)
    shared = importlib.import_module("retinue.foundation.cache.shared")
    cache: Cache = shared.RedisCache(configuration.redis_url.get_secret_value(), clock=clock)
    return cache


def _open_sealer(path: Path, *, may_hold_secrets: Callable[[], bool]) -> Sealer:
    """A new key is made only where nothing can have been sealed yet: there is no second chance."""
    if not path.exists() and not may_hold_secrets():
        create_key(path)
    return Sealer.from_file(path)


def _holds_rows(database: Database) -> bool:
    """
    Raises:
        Unavailable: the server does not answer, so that nobody can tell.
    """
    try:
        with database.reader.connect() as connection:
            if not inspect(connection).has_table("installation"):
                return False
            return connection.execute(text("SELECT 1 FROM installation")).first() is not None
    except OperationalError as error:
        where = database.url.render_as_string(hide_password=True)
        message = (
            f"The database {where} cannot be reached: {error.orig}. Check RETINUE_DATABASE_URL."
        )
        raise Unavailable(redaction.redact(message)) from error
