"""
Logging in at the web site, page by page.

Between the password and the last page a log-in is a row of its own, known to the browser by a token.
Where it stands follows from the account's state at that moment, so that a person who has solved a
puzzle elsewhere is simply let on.
"""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sandgram.clock import to_text
from sandgram.store import doors as rows
from sandgram.world import challenges, cookies, doors, errors
from sandgram.world.cookies import Pair
from sandgram.world.world import World

LIFE = timedelta(minutes=15)
MOST_WRONG = 5


class Stage(StrEnum):
    """What a log-in must pass next."""

    open = "open"
    code = "code"
    verify = "verify"
    challenge = "challenge"
    locked = "locked"
    suspended = "suspended"


_OUTCOMES = {
    Stage.code: "second_factor_required",
    Stage.verify: "email_code_required",
    Stage.challenge: "challenge_required",
    Stage.locked: "account_locked",
    Stage.suspended: "account_suspended",
}


@dataclass(frozen=True, slots=True)
class Step:
    token: str
    number: int
    stage: Stage

    def __repr__(self) -> str:
        return f"Step(number={self.number}, stage={self.stage!r})"


def begin(world: World, *, login: str, password: str, source: str) -> Step:
    """
    Raises:
        Refusal: the login or the password is not right.
    """
    number = doors.number_of_password(world, login=login, password=password)
    if number is None:
        doors.note(world, login, "wrong_password", source, surface=doors.WEB)
        raise errors.wrong_password()
    # A mailed code stands in for the second factor, so it is asked for before it.
    stage = stage_of(world, number)
    if stage is Stage.open and doors.has_second_factor(world, number):
        stage = Stage.code
    step = _begun(world, number, stage)
    if stage is not Stage.open:
        login = world.credentials(number).login
        doors.note(world, login, _OUTCOMES[stage], source, surface=doors.WEB)
    if stage is Stage.verify:
        doors.mail_code(world, number)
    return step


def resume(world: World, number: int) -> Step:
    """For a browser that is signed in, and whose account has come into trouble since."""
    step = _begun(world, number, stage_of(world, number))
    if step.stage is Stage.verify:
        doors.mail_code(world, number)
    return step


def find(world: World, token: str) -> Step | None:
    """A log-in under way; None when it has run out, or too many codes were wrong."""
    row = rows.step(world.db, token) if token else None
    if row is None or row["at"] < _since(world) or int(row["wrong"]) >= MOST_WRONG:
        return None
    number = int(row["number"])
    stage = stage_of(world, number)
    if stage is Stage.open and doors.has_second_factor(world, number):
        stage = Stage.code
    return Step(token, number, stage)


def stage_of(world: World, number: int) -> Stage:
    """What the account's state asks for, second factor aside."""
    status = world.status(number)
    if status == "email_code":
        return Stage.verify
    return Stage.open if status == "ok" else Stage(status)


def give_code(world: World, step: Step, code: str, *, source: str) -> Pair:
    """
    The code that the stage asks for; the right one finishes the log-in.

    Raises:
        Refusal: the code is not right, or has run out.
    """
    spend = (
        doors.spend_mail_code if step.stage is Stage.verify else doors.spend_second_factor
    )  # fmt: skip
    if spend(world, step.number, code):
        return finish(world, step, source=source)
    refuse_code(world, step, source=source)
    raise errors.wrong_code()


def refuse_code(world: World, step: Step, *, source: str) -> None:
    rows.count_wrong_code(world.db, step.token)
    login = world.credentials(step.number).login
    doors.note(world, login, "wrong_code", source, surface=doors.WEB)


def finish(world: World, step: Step, *, source: str) -> Pair:
    """The log-in is through: a fresh pair, while older ones live on."""
    login = world.credentials(step.number).login
    with world.db.transaction():
        rows.drop_step(world.db, step.token)
        pair = cookies.make(world, step.number)
        doors.note(world, login, "ok", source, surface=doors.WEB)
    return pair


def ticket(world: World, step: Step) -> str:
    return challenges.ticket_for(world, step.number)


def _begun(world: World, number: int, stage: Stage) -> Step:
    step = Step(secrets.token_urlsafe(24), number, stage)
    rows.add_step(
        world.db, number, token=step.token, at=world.now_text(), since=_since(world)
    )  # fmt: skip
    return step


def _since(world: World) -> str:
    return to_text(world.now() - world.patience(LIFE))
