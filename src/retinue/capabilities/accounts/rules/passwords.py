"""
What a password of ours looks like: long, mixed, its last characters the date of its making.

The date is there so that whoever holds a password can tell how old it is.
"""

from __future__ import annotations

import re
import string
from datetime import date

from retinue.foundation.randomness import Random

SHORTEST = 20
_BODY = 18
_LEAST_SCORE = 4
_LONGEST_RUN = 2
_PART = 3
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}$", re.ASCII)
_DATE_LENGTH = len("2026-01-31")
_SYMBOLS = "!#$%&*+=?@_~"
_KINDS = (
    (string.ascii_uppercase, "an upper-case letter"),
    (string.ascii_lowercase, "a lower-case letter"),
    (string.digits, "a digit"),
    (_SYMBOLS + "-^.,:;()[]{}<>/|", "a symbol"),
)
_DRAWN_FROM = string.ascii_letters + string.digits + _SYMBOLS
_LONGEST_SCORED = 60


def new_password(rng: Random, *, login: str, email: str | None, today: date) -> str:
    """One that keeps every rule. `rng` must draw from the operating system where the password is to be used."""
    while True:
        drawn = [rng.choice(one) for one, _ in _KINDS[:3]] + [rng.choice(_SYMBOLS)]
        drawn += [rng.choice(_DRAWN_FROM) for _ in range(_BODY - len(drawn))]
        rng.shuffle(drawn)
        password = "".join(drawn) + today.isoformat()
        # Two in a row and parts of the login are rare, and thrown away whole: nothing is mended into a pattern.
        if not faults_of(password, login=login, email=email):
            return password


def faults_of(password: str, *, login: str, email: str | None) -> list[str]:
    """What it lacks, in words; nothing where it keeps every rule. Never repeats it."""
    faults = []
    if len(password) < SHORTEST:
        faults.append(f"has fewer than {SHORTEST} characters")
    body = password[:-_DATE_LENGTH]
    faults += [f"has not {name}" for kind, name in _KINDS if not set(kind) & set(body)]
    if not _ends_with_date(password):
        faults.append("does not end with a date such as 2026-01-31")
    # The date may begin as it must, with 2111 too.
    if re.search(rf"(.)\1{{{_LONGEST_RUN}}}", password[: _LONGEST_RUN - _DATE_LENGTH]):
        faults.append(f"has a character more than {_LONGEST_RUN} times in a row")
    if _shares_part(password, [login, *(email or "").split("@")]):
        faults.append(f"has {_PART} or more characters in a row of the login or the e-mail address")
    if not faults and _score(password, login=login, email=email) < _LEAST_SCORE:
        faults.append("follows a pattern that is easily guessed")
    return faults


def _ends_with_date(password: str) -> bool:
    found = _DATE.search(password)
    if found is None:
        return False
    try:
        date.fromisoformat(found[0])
    except ValueError:
        return False
    return True


def _shares_part(password: str, names: list[str]) -> bool:
    """The date itself is the same for everybody and is no part of a name, though a name may hold a year."""
    folded = password.casefold()
    known = {
        name[start : start + _PART]
        for name in (one.casefold() for one in names)
        for start in range(len(name) - _PART + 1)
    }
    starts = range(max(0, len(folded) - _DATE_LENGTH))
    return any(folded[start : start + _PART] in known for start in starts)


def _score(password: str, *, login: str, email: str | None) -> int:
    # Its dictionaries take a quarter of a second to read, which only whoever makes a password pays for.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    inputs = [login, *(email or "").split("@"), "retinue", "sandgram"]
    verdict = zxcvbn(password[:_LONGEST_SCORED], user_inputs=inputs)
    return int(verdict["score"])
