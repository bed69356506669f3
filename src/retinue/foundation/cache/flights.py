"""Of many threads that want the same thing made, one makes it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future

from retinue.foundation.cache.protocol import Make


class Flight:
    """One thing being made, by the thread that asked first."""

    def __init__(self) -> None:
        self.landing: Future[bytes] = Future()
        self.pilot = threading.get_ident()
        self.is_outdated = False
        """What it was made from has changed meanwhile, so that it must not be kept."""


class Flights:
    """
    At most one flight per key is joined by those who ask now; outdated ones land for those who
    are aboard.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._flights: dict[str, Flight] = {}

    def take(self, key: str, fly: Callable[[Flight], bytes]) -> bytes:
        """
        Raises:
            Exception: whatever `fly` raised, to all who waited for it.
        """
        with self._lock:
            flight = self._flights.get(key)
            # Who is making it and asks for it again would wait for itself.
            is_pilot = flight is None or flight.pilot == threading.get_ident()
            if flight is None:
                flight = self._flights[key] = Flight()
            elif is_pilot:
                flight = Flight()
                flight.is_outdated = True
        if not is_pilot:
            return flight.landing.result()
        try:
            made = fly(flight)
        except BaseException as error:
            self._close(key, flight)
            if isinstance(error, Exception):
                flight.landing.set_exception(error)
            else:
                # That this thread is to end is no reason for the others to.
                flight.landing.cancel()
            raise
        self._close(key, flight)
        flight.landing.set_result(made)
        return made

    def outdate(self, key: str) -> None:
        with self._lock:
            flight = self._flights.pop(key, None)
            if flight is not None:
                flight.is_outdated = True

    def _close(self, key: str, flight: Flight) -> None:
        with self._lock:
            if self._flights.get(key) is flight:
                del self._flights[key]


def made_by(make: Make) -> bytes:
    """
    Raises:
        TypeError: it made something that cannot be kept.
    """
    made: object = make()
    if not isinstance(made, bytes):
        message = f"a cache keeps bytes, not {type(made).__name__}"
        raise TypeError(message)
    return made
