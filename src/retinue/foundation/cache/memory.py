"""The cache of one process."""

from __future__ import annotations

import threading
from collections import OrderedDict

from retinue.foundation.cache.flights import Flight, Flights, made_by
from retinue.foundation.cache.protocol import Make
from retinue.foundation.clock import Clock

MOST_ENTRIES = 20_000
MOST_BYTES = 32 << 20
_ENTRY_BYTES = 200
"""About what a key and the place of an entry take beside the value."""


class MemoryCache:
    """
    Holds so many entries and so many bytes; what was used longest ago goes first.

    Time is counted without the wall clock and goes on while the machine sleeps, so that a clock
    that is set keeps nothing alive.
    """

    def __init__(
        self, clock: Clock, *, most_entries: int = MOST_ENTRIES, most_bytes: int = MOST_BYTES
    ) -> None:
        self._clock = clock
        self._most_entries = most_entries
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, tuple[float, bytes]] = OrderedDict()
        self._bytes = 0
        self._flights = Flights()

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """Bytes in use, about."""
        return self._bytes

    def get(self, key: str) -> bytes | None:
        with self._lock:
            entry = self._entries.get(key)
            if entry is None:
                return None
            if entry[0] <= self._clock.since_boot():
                self._drop(key)
                return None
            self._entries.move_to_end(key)
            return entry[1]

    def set(self, key: str, value: bytes, *, ttl: float) -> None:
        with self._lock:
            self._put(key, value, ttl)

    def delete(self, *keys: str) -> None:
        for key in keys:
            with self._lock:
                self._flights.outdate(key)
                self._drop(key)

    def once(self, key: str, make: Make, *, ttl: float) -> bytes:
        kept = self.get(key)
        if kept is not None:
            return kept

        def fly(flight: Flight) -> bytes:
            # Another flight may have landed between our look and our start.
            meanwhile = self.get(key)
            if meanwhile is not None:
                return meanwhile
            made = made_by(make)
            with self._lock:
                if not flight.is_outdated:
                    self._put(key, made, ttl)
            return made

        return self._flights.take(key, fly)

    def _put(self, key: str, value: bytes, ttl: float) -> None:
        self._drop(key)
        size = _size_of(key, value)
        if not ttl > 0 or size > self._most_bytes:
            return
        self._entries[key] = (self._clock.since_boot() + ttl, value)
        self._bytes += size
        while len(self._entries) > self._most_entries or self._bytes > self._most_bytes:
            self._drop(next(iter(self._entries)))

    def _drop(self, key: str) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= _size_of(key, entry[1])


def _size_of(key: str, value: bytes) -> int:
    return len(key) + len(value) + _ENTRY_BYTES
