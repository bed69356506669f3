"""
What a password passes on its way to a network, whoever sends it: it is not sent when it is known to be
refused, nor more often than the day allows without a person, and it is written down before.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import NOT_SENT
from retinue.capabilities.accounts.schemas import LogIn, LogInWish
from retinue.capabilities.sessions import service as sessions
from retinue.drivers.errors import CallPhase, DriverError
from retinue.drivers.network.protocol import Door
from retinue.foundation import failpoints
from retinue.foundation.clock import Clock
from retinue.foundation.database import Database
from retinue.foundation.sealing import Sealer
from retinue.workflows.engagement.patience import Patience
from retinue.workflows.engagement.schemas import WishOf

Result = TypeVar("Result")

PASSED = "passed"
_WRONG_PASSWORD = "wrong_password"  # noqa: S105 - the network's word for one


def of_nobody(by: str) -> WishOf:
    return lambda _: LogInWish(by)


def of_session(session_id: str) -> WishOf:
    """Whoever has started it."""

    def wish(db: Session) -> LogInWish:
        session = sessions.get(db, session_id)
        return accounts.wish_of(session.requested_by, session.created_at)

    return wish


@dataclass(frozen=True, slots=True)
class Doors:
    """With what, and in whose name, accounts are opened."""

    database: Database
    sealer: Sealer
    clock: Clock
    wish: WishOf
    patience: Patience | None = None
    """Where the work outlasts a busy spell of the database."""

    def keeper(self, account_id: int) -> AccountDoor:
        return AccountDoor(self, account_id)

    def write(self, call: Callable[[], Result]) -> Result:
        return call() if self.patience is None else self.patience.keep_trying(call)


class AccountDoor:
    """
    The keeper of one account's door, for one run of whatever is done with it: a wish covers all the
    passwords that the run tries. Raises `LogInWithheld` where one is not to be sent.
    """

    def __init__(self, doors: Doors, account_id: int) -> None:
        self._doors = doors
        self._account_id = account_id
        self._is_wished: bool | None = None
        self._number = 0
        self._password = ""
        self.outcome: str | None = None
        """Of the last password that was sent here; none where none was."""

    def begin(self, password: str) -> None:
        self._password = password
        self._number = self._doors.write(self._begin)
        self.outcome = "begun"
        failpoints.reach("password_noted")

    def end(self, door: Door, error: DriverError | None) -> None:
        self.outcome = _word_for(error)
        self._doors.write(lambda: self._end(door, self.outcome or ""))

    def _begin(self) -> int:
        doors = self._doors
        with doors.database.writing() as db:
            wish = doors.wish(db)
            if self._is_wished is None:
                self._is_wished = accounts.is_wished(db, self._account_id, wish)
            log_in = LogIn(wish.by, Door.password.value, is_by_person=self._is_wished)
            return accounts.begin_log_in(
                db, doors.sealer, self._account_id, self._password, log_in, now=doors.clock.now()
            )

    def _end(self, door: Door, outcome: str) -> None:
        doors = self._doors
        with doors.database.writing() as db:
            accounts.end_log_in(db, self._number, door=door.value, outcome=outcome)
            if outcome != _WRONG_PASSWORD:
                return
            account = accounts.hold(db, self._account_id)
            accounts.note_refused_password(
                db, doors.sealer, account, self._password, now=doors.clock.now()
            )


def _word_for(error: DriverError | None) -> str:
    if error is None:
        return PASSED
    if error.phase is CallPhase.not_sent:
        return NOT_SENT
    return error.code or error.failure.value
