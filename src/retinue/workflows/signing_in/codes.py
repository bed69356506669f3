"""
Codes that a page asks for: of the authenticator, a backup code, or one from the account's mailbox.

Each answers with the page that came of it, or with `Stuck` where no code can be had.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.settings import service as settings
from retinue.drivers.browser.protocol import PageState, Seen, Visit
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.mailbox.protocol import Mailbox, MailboxFailed, MailCode, NoCodeCame
from retinue.drivers.network import totp
from retinue.foundation import failpoints, redaction
from retinue.workflows.signing_in import mail
from retinue.workflows.signing_in.schemas import Station, Subject, Tell

TRIES = 3
BUDGET_SECONDS = 15.0
"""For making and giving one code; longer, and it may be over when it arrives."""
_WINDOW = 30.0
_LAST_SECONDS = 3.0
"""What a code needs at least to arrive while it is good."""
_BACKUP_CODES = 2
_ASKED = 2
_REMEMBERED_MAILS = 100


class Stuck(Exception):
    """The page wants a code that cannot be had; the message says why and how to mend it."""


@dataclass(frozen=True, slots=True)
class Passed:
    seen: Seen
    door: str


def second_factor(station: Station, subject: Subject, visit: Visit, *, tell: Tell) -> Passed:
    """
    The authenticator's code first, three times at most, each in a window of its own; then backup codes.

    Raises:
        Stuck: there is neither, or none is taken.
    """
    refused = []
    if subject.known.totp_secret:
        seen = _authenticator(station, subject.known.totp_secret, visit)
        if seen is not None:
            tell("second_factor", ok=True, message="the authenticator's code was accepted")
            return Passed(seen, "second_factor")
        refused.append("the authenticator's codes")
        tell("second_factor", ok=False, message="three codes of the authenticator were refused")
    for _ in range(_BACKUP_CODES):
        code = _take_backup_code(station, subject)
        if code is None:
            break
        failpoints.reach("backup_code_taken")
        seen = visit.give_code(code)
        if seen.state is not PageState.wrong_code:
            tell("second_factor", ok=True, message="a backup code was accepted")
            return Passed(seen, "backup_code")
        refused.append("a backup code")
        tell("second_factor", ok=False, message="a backup code was refused")
    if refused:
        raise Stuck(f"{' and '.join(dict.fromkeys(refused))} were refused")
    raise Stuck(
        "a code is asked for, and neither a TOTP secret nor an unused backup code is stored"
    )


def _authenticator(station: Station, secret: str, visit: Visit) -> Seen | None:
    clock = station.clock
    for number in range(TRIES):
        if number or _left(clock.wall_now()) < _LAST_SECONDS:
            clock.sleep(_left(clock.wall_now()))
        began = clock.monotonic()
        try:
            code = totp.code_at(secret, clock.wall_now())
        except ValueError:
            return None
        redaction.know(code)
        seen = visit.give_code(code)
        if seen.state is not PageState.wrong_code:
            return seen
        if clock.monotonic() - began > BUDGET_SECONDS and number == TRIES - 1:
            return None
    return None


def _left(now: datetime) -> float:
    """Seconds until the next code."""
    return _WINDOW - now.timestamp() % _WINDOW


def _take_backup_code(station: Station, subject: Subject) -> str | None:
    """It is used up before it is sent: a crash may waste one, and never uses one twice."""
    runtime = station.runtime
    with runtime.database.writing() as db:
        account = accounts.get(db, subject.account_id)
        code = accounts.take_backup_code(db, runtime.sealer, account, now=runtime.clock.now())
    redaction.know(code)
    return code


def email_code(
    station: Station, subject: Subject, visit: Visit, *, since: datetime, tell: Tell
) -> Passed:
    """
    The code that the site has sent for this log-in; a second one is asked for once.

    Raises:
        Stuck: the mailbox cannot be read, or no code of it is taken.
    """
    with closing(_mailbox(station, subject)) as mailbox:
        why = "no code came"
        for number in range(_ASKED):
            try:
                found = _unused(station, subject, mailbox, since=since)
            except NoCodeCame as none:
                why = none.message
            except MailboxFailed as failed:
                raise Stuck(f"the mailbox cannot be read: {failed.message}") from failed
            else:
                seen = visit.give_code(found.code)
                if seen.state is not PageState.wrong_code:
                    tell("email_code", ok=True, message="the code from the mailbox was accepted")
                    return Passed(seen, "email_code")
                why = "the code from the mailbox was refused"
            tell("email_code", ok=False, message=why)
            if number + 1 < _ASKED:
                since = station.clock.now()
                _ask_again(visit, why)
    raise Stuck(why)


def _mailbox(station: Station, subject: Subject) -> Mailbox:
    if not subject.email or not subject.known.email_password:
        raise Stuck(
            "a code was sent by e-mail, and the account's address or its password is not stored"
        )
    with station.runtime.database.reading() as db:
        current = settings.current(db)
    server = mail.server_of(
        subject.email, settings=current, configuration=station.runtime.configuration
    )
    if server is None:
        domain = subject.email.rpartition("@")[2]
        raise Stuck(
            f"a code was sent by e-mail, and no mail server is known for {domain}; name it in the"
            " setting mail.servers"
        )
    return station.mailboxes.open(
        server, login=subject.email, password=subject.known.email_password
    )


def _unused(station: Station, subject: Subject, mailbox: Mailbox, *, since: datetime) -> MailCode:
    """A mail is used once, also where a log-in before this one has read it and was cut off."""
    runtime = station.runtime
    with runtime.database.reading() as db:
        current = settings.current(db)
    used: set[str] = set()
    while len(used) < _REMEMBERED_MAILS:
        found = mailbox.wait_for_code(
            address=subject.email or "",
            since=since,
            senders=mail.senders_of(subject.network, settings=current),
            timeout=current.mail.wait_seconds / _ASKED,
            clock=station.clock,
            used=used,
        )
        redaction.know(found.code)
        with runtime.database.writing() as db:
            account = accounts.get(db, subject.account_id)
            is_new = accounts.use_mail(
                db, runtime.sealer, account, found.message_id, now=runtime.clock.now()
            )
        if is_new:
            return found
        used.add(found.message_id)
    raise NoCodeCame("every mail with a code was used before")


def _ask_again(visit: Visit, why: str) -> None:
    try:
        visit.ask_for_email_code()
    except DriverError as error:
        if error.failure is FailureClass.invalid_input and error.phase is CallPhase.not_sent:
            raise Stuck(f"{why}, and the page sends no other") from error
        raise
