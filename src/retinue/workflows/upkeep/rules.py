"""At which time of the day an account has its turn."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


def share_of(uid: str, what: str) -> float:
    """Where in its period an account's turn is, from 0 to 1: the same for ever, and evenly spread over a fleet."""
    digest = hashlib.sha256(f"{what}:{uid}".encode()).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def is_due(uid: str, what: str, *, last: datetime | None, hours: int, now: datetime) -> bool:
    """
    Once in a period, at the account's own time of it; sooner only where a whole period has passed. What was
    done by hand in the second half of the period counts for the turn.
    """
    if hours == 0 or last is None:
        return False
    period = timedelta(hours=hours)
    if now - last >= period:
        return True
    return last < last_turn(uid, what, period=period, now=now) and now - last >= period / 2


def last_turn(uid: str, what: str, *, period: timedelta, now: datetime) -> datetime:
    shift = period * share_of(uid, what)
    return now - (now - _EPOCH - shift) % period
