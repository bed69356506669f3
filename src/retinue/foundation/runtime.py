"""
Everything that the parts of one process share, opened once and handed down.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from retinue.foundation.clock import Clock, SystemClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.database import Database
from retinue.foundation.randomness import Random, new_id, system_random
from retinue.foundation.sealing import Sealer, create_key, load_key


@dataclass(frozen=True, slots=True)
class Runtime:
    """`incarnation` is unique to this run of this process; it is what leases are held by."""

    configuration: Configuration
    database: Database
    clock: Clock
    rng: Random
    sealer: Sealer
    incarnation: str


@contextmanager
def open_runtime(
    configuration: Configuration, *, clock: Clock | None = None, rng: Random | None = None
) -> Iterator[Runtime]:
    """
    Open the data directory: make it (0700) and the sealing key on the first start.

    Raises:
        SealingKeyUnusable: there is a database but its key is missing or unusable.
    """
    clock = clock or SystemClock()
    configuration.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    sealer = _open_sealer(configuration)
    database = Database(
        configuration.effective_database_url, lock_path=configuration.write_lock_path, clock=clock
    )
    try:
        yield Runtime(
            configuration=configuration,
            database=database,
            clock=clock,
            rng=rng or system_random(),
            sealer=sealer,
            incarnation=new_id(),
        )
    finally:
        database.close()


def _open_sealer(configuration: Configuration) -> Sealer:
    """A new key is made only where nothing can have been sealed yet: there is no second chance."""
    path = configuration.effective_key_file
    has_database = (
        configuration.database_url is not None or (configuration.data_dir / "retinue.db").exists()
    )
    if path.exists() or (has_database and configuration.database_url is None):
        return Sealer.of(load_key(path))
    return Sealer.of(create_key(path))
