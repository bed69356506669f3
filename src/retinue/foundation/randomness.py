"""Randomness as an argument, and the ids that everything outside the database's own numbering uses."""

from __future__ import annotations

import random
import secrets

import uuid_utils

Random = random.Random


def system_random() -> Random:
    return random.SystemRandom()


def seeded_random(seed: int) -> Random:
    return random.Random(seed)


def new_id() -> str:
    """A UUIDv7 as text: unique, and sorted by the time of its making."""
    return str(uuid_utils.uuid7())


def new_secret(*, length: int = 32) -> str:
    """`length` random bytes from the operating system, safe in a URL and in a header."""
    return secrets.token_urlsafe(length)
