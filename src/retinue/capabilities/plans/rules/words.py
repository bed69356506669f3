"""Which word somebody may have meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

# difflib's effort grows with the length; no key of ours is longer.
_LONGEST = 60


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word most like this one, compared without case; None when none is close."""
    if len(word) > _LONGEST:
        return None
    by_shape = {_shape(name): name for name in sorted(known)}
    close = difflib.get_close_matches(_shape(word), by_shape, n=1, cutoff=0.72)
    return by_shape[close[0]] if close else None


def _shape(word: str) -> str:
    return word.casefold().replace("_", "-").replace(" ", "-")
