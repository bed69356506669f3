"""What every cache promises. Nothing rests on it: a miss is always a right answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

Make = Callable[[], bytes]


class Cache(Protocol):
    """
    Bytes by name, for a time. Safe to use from every thread.

    No method raises because of the cache itself: what cannot be read is a miss, what cannot be
    kept is not kept.
    """

    def get(self, key: str) -> bytes | None: ...

    def set(self, key: str, value: bytes, *, ttl: float) -> None:
        """For `ttl` seconds at most. With 0 or less what was there is dropped."""
        ...

    def delete(self, *keys: str) -> None:
        """From here on nobody reads what was there, not even what is being made at this moment."""
        ...

    def once(self, key: str, make: Make, *, ttl: float) -> bytes:
        """
        What is kept, or what `make` answers, which is then kept for `ttl` seconds.

        Of many that ask at the same time one makes it and the others wait for it, also where it
        raises: then all of them raise the same. What was made before a `delete` is given to those
        who asked before it, and is not kept.

        Raises:
            Exception: whatever `make` raises; nothing is kept.
        """
        ...
