"""Logging in, staying in, getting out."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import pyotp

from sandgram.clock import to_text
from sandgram.store import logins
from sandgram.world import accounts, cookies, errors, mail
from sandgram.world.people import ACCOUNTS_FROM
from sandgram.world.world import Caller, World

CODE_LIFE = timedelta(minutes=15)
NATIVE, WEB = "native", "web"


@dataclass(frozen=True, slots=True)
class Opened:
    token: str
    login: str
    person_id: str

    def __repr__(self) -> str:
        return f"Opened(login={self.login!r})"


def log_in(world: World, *, login: str, password: str, code: str | None, source: str) -> Opened:
    number = number_of_password(world, login=login, password=password)
    if number is None:
        note(world, login, "wrong_password", source)
        raise errors.wrong_password()
    try:
        _refuse_unfit(world, number)
        # A mailed code stands in for the second factor: a form has one field for a code.
        if not _check_mail_code(world, number, code):
            _check_second_factor(world, number, code)
    except errors.Refusal as refusal:
        note(world, login, refusal.code, source)
        raise
    return _open(world, number, source)


def number_of_password(world: World, *, login: str, password: str) -> int | None:
    number = world.number_of_login(login)
    if number is None:
        return None
    known = world.credentials(number).password
    return number if secrets.compare_digest(known.encode(), password.encode()) else None


def log_in_with_cookies(world: World, *, auth_token: str, ct0: str, source: str) -> Opened:
    """The stored pair of a browser: no password and no second factor is asked."""
    number = cookies.number_of(world, auth_token=auth_token, ct0=ct0)
    if number is None:
        note(world, "", "bad_cookies", source)
        raise errors.not_logged_in()
    _refuse_unfit(world, number)
    return _open(world, number, source)


def caller_of(
    world: World, *, token: str, source: str, request_id: str | None
) -> Caller:  # fmt: skip
    """
    Raises:
        Refusal: no such session, or the account may do nothing at present.
    """
    number = logins.number_of_token(world.db, token)
    if number is None:
        raise errors.not_logged_in()
    _refuse_unfit(world, number)
    return caller(world, number, source=source, request_id=request_id, token=token)


def caller(
    world: World, number: int, *, source: str, request_id: str | None, token: str
) -> Caller:  # fmt: skip
    row = logins.account(world.db, number) if number >= accounts.ADDED_FROM else None
    return Caller(
        number=number,
        login=row["login"] if row else accounts.login_of(world.seed, number),
        index=ACCOUNTS_FROM + number,
        person_id=world.people.id_of(ACCOUNTS_FROM + number),
        source=source,
        request_id=request_id,
        token=token,
    )


def log_out(world: World, caller: Caller) -> None:
    logins.drop_token(world.db, caller.token)


def send_mail_code(world: World, *, login: str) -> None:
    """Put a code into the account's mailbox. Says nothing about whether the login exists."""
    number = world.number_of_login(login)
    if number is not None:
        mail_code(world, number)


def _open(world: World, number: int, source: str) -> Opened:
    login = world.credentials(number).login
    token = f"sg_{secrets.token_urlsafe(24)}"
    with world.db.transaction():
        logins.add_token(world.db, number, token=token, at=world.now_text())
        note(world, login, "ok", source)
    return Opened(token=token, login=login, person_id=world.people.id_of(ACCOUNTS_FROM + number))


def note(world: World, login: str, outcome: str, source: str, *, surface: str = NATIVE) -> None:
    """Remember how a log-in ended; `ok`, or the code of its refusal."""
    logins.record_login(
        world.db,
        login=login[:100],
        outcome=outcome,
        at=world.now_text(),
        source=source,
        surface=surface,
    )


def _refuse_unfit(world: World, number: int) -> None:
    refusal = errors.ACCOUNT_STATES.get(world.status(number))
    if refusal:
        raise errors.Refusal(refusal.status, refusal.code, refusal.message)


def mail_code(world: World, number: int) -> None:
    code = f"{secrets.randbelow(10**6):06d}"
    logins.add_code(world.db, number, kind="email", code=code, at=world.now_text())
    mail.send_code(world, number, code=code)


def spend_mail_code(world: World, number: int, code: str) -> bool:
    """True once, for a code that was mailed lately. It also lets the account out of `email_code`."""
    since = to_text(world.now() - world.patience(CODE_LIFE))
    if not logins.use_code(world.db, number, kind="email", code=code, since=since):
        return False
    world.set_status(number, status="ok")
    return True


def has_second_factor(world: World, number: int) -> bool:
    known = world.credentials(number)
    return bool(
        known.totp_secret or known.backup_code or logins.has_code(world.db, number, kind="backup")
    )


def spend_second_factor(world: World, number: int, code: str) -> bool:
    """True for a code of the authenticator, and once for each backup code."""
    known = world.credentials(number)
    if logins.use_code(world.db, number, kind="backup", code=code, since=""):
        return True
    if known.backup_code == code and not logins.was_spent(
        world.db, number, kind="backup", code=code
    ):
        logins.spend_new(world.db, number, kind="backup", code=code, at=world.now_text())
        return True
    if not known.totp_secret:
        return False
    totp = pyotp.TOTP(known.totp_secret)
    # Both clocks count: a rehearsal may run fast while a person's phone does not.
    return any(
        totp.verify(code, for_time=at, valid_window=1) for at in (world.clock.wall(), world.now())
    )


def _check_mail_code(world: World, number: int, code: str | None) -> bool:
    """True when a code was asked for and has been spent."""
    if world.status(number) != "email_code":
        return False
    if code and spend_mail_code(world, number, code):
        return True
    if code is None:
        mail_code(world, number)
        raise errors.Refusal(
            401, "email_code_required", "Enter the code that was sent to your e-mail address"
        )
    raise errors.wrong_code()


def _check_second_factor(world: World, number: int, code: str | None) -> None:
    if not has_second_factor(world, number):
        return
    if not code:
        raise errors.Refusal(
            401, "second_factor_required", "Enter the code of your authenticator app"
        )
    if not spend_second_factor(world, number, code):
        raise errors.wrong_code()
