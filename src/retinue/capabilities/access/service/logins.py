"""
Logging in, in two steps around the slow one: the attempt is counted as failed before
the password is looked at, so that a burst of guesses is counted whatever happens.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

import pyotp
from sqlalchemy.orm import Session

from retinue.capabilities.access import repository, rules
from retinue.capabilities.access.errors import LoginSlowed, SecondFactorNeeded, WrongCredentials
from retinue.capabilities.access.models import Login, LoginFailure
from retinue.capabilities.access.schemas import LoginAttempt, OpenedLogin
from retinue.capabilities.access.service import memory
from retinue.capabilities.access.service.operators import open_totp
from retinue.capabilities.access.service.passwords import is_password
from retinue.capabilities.audit import service as audit
from retinue.foundation.clock import real
from retinue.foundation.randomness import new_secret
from retinue.foundation.sealing import Sealer


def begin_login(db: Session, username: str, *, address: str | None, now: datetime) -> LoginAttempt:
    """
    Count an attempt. Commit before the password is checked.

    Raises:
        LoginSlowed: too many attempts of this name or from this address; it does not count as one more.
    """
    # Taking turns, or parallel attempts would all count the same failures.
    repository.locked_installation(db)
    name, where = username.casefold()[:64], (address or "unknown")[:64]
    _check_pace(db, name, where, now=now)
    failure = LoginFailure(username=name, address=where, at=now)
    db.add(failure)
    db.flush()
    operator = repository.operator_by_name(db, name)
    if operator is None or operator.disabled_at is not None:
        return LoginAttempt(failure.id, None, name, None, None)
    return LoginAttempt(failure.id, operator.id, name, operator.password_hash, operator.totp_sealed)


def check_attempt(
    attempt: LoginAttempt, password: str, totp: str | None, *, sealer: Sealer, now: datetime
) -> None:
    """
    Slow on purpose; call it outside of any transaction.

    Raises:
        WrongCredentials: the same for a wrong name and a wrong password.
        SecondFactorNeeded: the password is right, the code is missing or wrong.
    """
    check_password(attempt, password)
    if attempt.totp_sealed is None or attempt.operator_id is None:
        return
    secret = open_totp(sealer, attempt.operator_id, attempt.totp_sealed)
    if totp is None or not pyotp.TOTP(secret).verify(totp.strip(), for_time=now, valid_window=1):
        raise SecondFactorNeeded("totp: send the six digits that your second factor shows now.")


def check_password(attempt: LoginAttempt, password: str) -> None:
    """
    The first half of `check_attempt`, for somebody who has logged in already.

    Raises:
        WrongCredentials: it is not the operator's password.
    """
    if not is_password(password, attempt.password_hash) or attempt.operator_id is None:
        raise WrongCredentials("User name or password is wrong.")


def forget_attempt(db: Session, attempt: LoginAttempt) -> None:
    """It was right, so it slows nobody down."""
    repository.delete_failure(db, attempt.failure_id)


def finish_login(
    db: Session, attempt: LoginAttempt, *, address: str | None, now: datetime
) -> OpenedLogin:
    """
    Open the log-in of a checked attempt.

    Raises:
        WrongCredentials: the operator was disabled, or has another password since.
    """
    operator = repository.operator_by_id(db, attempt.operator_id or 0)
    is_same = operator is not None and operator.password_hash == attempt.password_hash
    if operator is None or operator.disabled_at is not None or not is_same:
        raise WrongCredentials("User name or password is wrong.")
    forget_attempt(db, attempt)
    operator.last_seen_at = now
    opened = OpenedLogin(new_secret(), new_secret(), int(rules.LOGIN_LASTS.total_seconds()))
    db.add(
        Login(
            cookie_hash=hashed_cookie(opened.cookie),
            operator_id=operator.id,
            csrf_token=opened.csrf_token,
            created_at=now,
            last_seen_at=now,
            expires_at=now + real(rules.LOGIN_LASTS),
            address=address,
        )
    )
    audit.record(
        db,
        actor=f"operator:{operator.username}",
        action="access.logged_in",
        subject=("operator", operator.username),
        now=now,
        address=address,
    )
    return opened


def log_out(db: Session, cookie: str, *, actor: str, address: str | None, now: datetime) -> bool:
    """The cookie is worth nothing from here on. False when it was not worth anything before."""
    memory.forget_after_commit(db)
    if repository.delete_login(db, hashed_cookie(cookie)) == 0:
        return False
    name = actor.partition(":")[2]
    audit.record(
        db,
        actor=actor,
        action="access.logged_out",
        subject=("operator", name),
        now=now,
        address=address,
    )
    return True


def sweep(db: Session, *, now: datetime) -> int:
    """Remove log-ins and failures that have had their time; says how many."""
    removed = repository.delete_expired_logins(db, now=now)
    return removed + repository.delete_failures_before(db, now - rules.FAILURES_COUNT_FOR)


def hashed_cookie(cookie: str) -> str:
    return hashlib.sha256(cookie.encode()).hexdigest()


def _check_pace(db: Session, username: str, address: str, *, now: datetime) -> None:
    is_local = rules.is_loopback(address)
    of_username = [
        at
        for at, where in repository.failures_of_username(
            db, username, since=now - rules.FAILURES_COUNT_FOR
        )
        # Guesses from elsewhere never keep the person at this machine out.
        if not is_local or rules.is_loopback(where)
    ]
    of_address = repository.failures_of_address(db, address, since=now - timedelta(minutes=1))
    until = rules.next_attempt_at(of_username, of_address, now=now)
    if until is not None:
        seconds = max(1.0, (until - now).total_seconds())
        raise LoginSlowed(
            f"Too many attempts; the next one counts in {seconds:.0f} seconds.",
            retry_after=seconds,
            until=until,
        )
