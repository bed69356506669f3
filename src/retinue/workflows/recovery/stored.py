"""The passwords that are stored, in the light of a log-in."""

from __future__ import annotations

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.tasks.schemas import TaskFailure
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.sealing import Sealer
from retinue.workflows.signing_in import service as signing_in
from retinue.workflows.signing_in.schemas import Station, Subject


def settle_pending(station: Station, subject: Subject, password: str) -> None:
    """The site has taken this one: where it is the pending one, that is in force from now on."""
    if password != subject.known.password_pending:
        return
    runtime = station.runtime
    with runtime.database.writing() as db:
        account = accounts.hold(db, subject.account_id)
        accounts.promote_password(db, account, now=runtime.clock.now())


def candidates(db: Session, sealer: Sealer, account: Account, subject: Subject) -> tuple[str, ...]:
    """The present password and the pending one, as far as the network has not refused them."""
    both = (subject.known.password, subject.known.password_pending)
    return tuple(
        one for one in both if one and accounts.refused_since(db, sealer, account, one) is None
    )


def note_refused(station: Station, subject: Subject, password: str) -> None:
    runtime = station.runtime
    with runtime.database.writing() as db:
        account = accounts.hold(db, subject.account_id)
        accounts.note_refused_password(
            db, runtime.sealer, account, password, now=runtime.clock.now()
        )


def nothing_to_log_in_with(station: Station, subject: Subject) -> TaskFailure:
    """Where the network has refused what is stored, a person is asked for the right one."""
    if subject.known.password:
        runtime = station.runtime
        with runtime.database.writing() as db:
            account = accounts.get(db, subject.account_id)
            text = "the password is refused"
            signing_in.ask_for_password(db, account, text=text, now=runtime.clock.now())
        message = (
            "the network has refused the stored password; store the right one, and recover it again"
        )
        return unusable(message, "password_refused")
    return unusable("no password is stored, and no cookies open it", "credentials_incomplete")


def unusable(message: str, code: str) -> TaskFailure:
    return TaskFailure(
        FailureClass.invalid_input, message, CallPhase.not_sent, code=code, source="retinue"
    )
