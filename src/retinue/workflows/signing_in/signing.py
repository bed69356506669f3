"""One log-in, from the form to the last code."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import NOT_SENT
from retinue.capabilities.accounts.schemas import LogIn
from retinue.drivers.browser.protocol import PageNotUnderstood, PageState, Seen, Visit
from retinue.drivers.errors import CallPhase, DriverError
from retinue.foundation import failpoints
from retinue.workflows.signing_in import codes
from retinue.workflows.signing_in.codes import Stuck
from retinue.workflows.signing_in.schemas import Asker, Outcome, Station, Subject, Tell

_FORM = "password"
_CODES = frozenset({PageState.second_factor, PageState.email_code})


@dataclass(slots=True)
class Signing:
    """Used by one thread, with one visit."""

    station: Station
    subject: Subject
    visit: Visit
    asker: Asker
    tell: Tell

    def log_in(self, password: str) -> Outcome:
        """
        Counted before it is tried.

        Raises:
            DriverError: it is not known what came of it.
        """
        since = self.station.clock.now()
        number = self._begin()
        failpoints.reach("log_in_noted")
        try:
            seen = self.visit.log_in(self.subject.login, password)
        except DriverError as error:
            is_unseen = error.phase is CallPhase.not_sent
            self._end(number, _FORM, NOT_SENT if is_unseen else _word_of(error))
            raise
        try:
            outcome = self.go_on(seen, since=since)
        except DriverError as error:
            # Whatever was not sent of a code: the password was, so that the log-in counts.
            self._end(number, _FORM, _word_of(error))
            raise
        self._end(number, outcome.door, outcome.state.value)
        self.tell("log_in", ok=outcome.is_in, message=outcome.text)
        return outcome

    def go_on(self, seen: Seen, *, since: datetime) -> Outcome:
        """Give the page what it asks for, each kind of code once, until it asks for nothing that can be given."""
        door, given = _FORM, set[PageState]()
        while seen.state in _CODES and seen.state not in given:
            asked = seen.state
            given.add(asked)
            try:
                if asked is PageState.second_factor:
                    passed = codes.second_factor(
                        self.station, self.subject, self.visit, tell=self.tell
                    )
                else:
                    passed = codes.email_code(
                        self.station, self.subject, self.visit, since=since, tell=self.tell
                    )
            except Stuck as stuck:
                return Outcome(asked, str(stuck), door)
            seen, door = passed.seen, passed.door
        return Outcome(seen.state, seen.text, door)

    def _begin(self) -> int:
        runtime = self.station.runtime
        log_in = LogIn(self.asker.name, _FORM, is_by_person=self.asker.is_person)
        with runtime.database.writing() as db:
            return accounts.note_log_in(
                db, self.subject.account_id, log_in, now=runtime.clock.now()
            )

    def _end(self, number: int, door: str, outcome: str) -> None:
        with self.station.runtime.database.writing() as db:
            accounts.end_log_in(db, number, door=door, outcome=outcome)


def _word_of(error: DriverError) -> str:
    if isinstance(error, PageNotUnderstood):
        return PageState.unknown.value
    return error.failure.value
