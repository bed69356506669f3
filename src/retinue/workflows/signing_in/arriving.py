"""How an account is found on its network's web site: by the cookies that it has, or by a log-in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from retinue.drivers.browser.protocol import Evidence, Jar, PageState, Visit
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.workflows.signing_in.schemas import Asker, Outcome, Station, Subject, Tell
from retinue.workflows.signing_in.signing import Signing

logger = logging.getLogger(__name__)

_NOBODY = frozenset({PageState.signed_out, PageState.wrong_password})


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where it has come to, with the jar of that page; and the page itself where that is in the way."""

    outcome: Outcome
    jar: Jar = field(repr=False)
    evidence: Evidence | None = None


@contextmanager
def visiting(station: Station, subject: Subject, *, jar: Jar | None = None) -> Iterator[Visit]:
    """
    Raises:
        BrowserUnavailable: there is no browser.
    """
    with station.browser().visit(
        subject.network, egress=subject.egress, user_agent=subject.user_agent, jar=jar
    ) as visit:
        yield visit


@contextmanager
def visiting_with(station: Station, subject: Subject, jar: Jar) -> Iterator[Visit | None]:
    """With these cookies; None where the browser does not take them, which says nothing of the other jars."""
    with ExitStack() as stack:
        visit: Visit | None = None
        try:
            visit = stack.enter_context(visiting(station, subject, jar=jar))
        except DriverError as error:
            if (
                error.failure is not FailureClass.invalid_input
                or error.phase is not CallPhase.not_sent
            ):
                raise
            logger.warning(
                "a jar of account %s is passed over: %s", subject.account_no, error.message
            )
        yield visit


def look_in(
    station: Station, subject: Subject, *, asker: Asker, tell: Tell, gives_codes: bool = True
) -> Arrival | None:
    """
    What the site shows to those cookies that it still knows, codes given where it asks for them and
    they are to be. No log-in is tried; None where the site knows none of the cookies.
    """
    for jar in subject.jars:
        with visiting_with(station, subject, jar) as visit:
            if visit is None:
                continue
            since = station.clock.now()
            seen = visit.look()
            if seen.state in _NOBODY:
                continue
            if not gives_codes:
                return arrived(visit, Outcome(seen.state, seen.text))
            signing = Signing(station, subject, visit, asker, tell)
            return arrived(visit, signing.go_on(seen, since=since))
    return None


def look_at(station: Station, subject: Subject, address: str) -> Arrival:
    """What a page of the site shows to anybody: whether a challenge was passed, say. No log-in is tried."""
    with visiting(station, subject) as visit:
        seen = visit.look(address)
        return arrived(visit, Outcome(seen.state, seen.text))


def log_in(
    station: Station, subject: Subject, password: str, *, asker: Asker, tell: Tell
) -> Arrival:
    """With no cookies at all, so that what comes of it are fresh ones. It is counted."""
    with visiting(station, subject) as visit:
        outcome = Signing(station, subject, visit, asker, tell).log_in(password)
        return arrived(visit, outcome)


def arrived(visit: Visit, outcome: Outcome) -> Arrival:
    return Arrival(outcome, visit.jar(), None if outcome.is_in else evidence_of(visit))


def evidence_of(visit: Visit) -> Evidence | None:
    """None where the page is gone: what it was about is told all the same."""
    try:
        return visit.evidence()
    except DriverError:
        return None
