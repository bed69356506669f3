"""The door that a password opens, with its keeper."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from retinue.drivers.errors import DriverError
from retinue.drivers.network.protocol import Credentials, Door


@contextmanager
def passing(known: Credentials, password: str, door: Door = Door.password) -> Iterator[None]:
    """What is done inside sends the password, once. An end that is no answer is told to nobody."""
    keeper = known.doorkeeper
    if keeper is None:
        yield
        return
    keeper.begin(password)
    try:
        yield
    except DriverError as error:
        keeper.end(Door.password, error)
        raise
    keeper.end(door, None)
