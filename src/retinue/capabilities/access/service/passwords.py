"""Operators' passwords: Argon2id, a few at a time, never inside a transaction."""

from __future__ import annotations

import threading
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from retinue.capabilities.access import rules
from retinue.foundation.errors import Invalid
from retinue.foundation.randomness import new_secret

_MEMORY_KIB = 32 * 1024
# Each hash takes its memory for tens of milliseconds; without a limit a burst of log-ins takes it all at once.
_at_once = threading.BoundedSemaphore(2)
_argon2id = PasswordHash((Argon2Hasher(time_cost=3, memory_cost=_MEMORY_KIB, parallelism=1),))


def prepare_password(password: str, *, username: str, field: str = "password") -> str:
    """
    The hash to store. Takes tens of milliseconds: call it before the transaction.

    Raises:
        Invalid: the password is too short or too easy to guess; the message says why.
    """
    problem = rules.password_problem(password, username=username.casefold())
    if problem is not None:
        raise Invalid.field(field, problem, kind="password")
    with _at_once:
        return _argon2id.hash(password)


def check_strength(password: str, *, field: str) -> None:
    """
    Raises:
        Invalid: it is too short or too easy to guess; the message says why.
    """
    problem = rules.password_problem(password, username="")
    if problem is not None:
        raise Invalid.field(field, problem, kind="password")


def is_password(password: str, password_hash: str | None) -> bool:
    """An unknown person's password takes as long to refuse as a known one's."""
    with _at_once:
        fits = _argon2id.verify(password, password_hash or _nobodys_hash())
    return fits and password_hash is not None


@cache
def _nobodys_hash() -> str:
    return _argon2id.hash(new_secret())
