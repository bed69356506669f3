"""The look itself, the same from a session and from a job."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.errors import AttemptSettled
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import Doubt, Finding, Outcome, SettledBy, Sight
from retinue.drivers.network.protocol import Line
from retinue.foundation.clock import Clock
from retinue.foundation.database import Database
from retinue.workflows.engagement.errors import Unseen
from retinue.workflows.engagement.schemas import Actor, Interlude, Look
from retinue.workflows.probing import reading

JOB = "probing.look"
_LOOKS_AT_ONCE = 3
_APART = timedelta(seconds=15)


def interlude(database: Database, clock: Clock) -> Interlude:
    """For a session: a few due looks now and then, between two candidates."""
    next_at = clock.now()

    def look_around(actor: Actor, line: Line, look: Look) -> None:
        nonlocal next_at
        if clock.now() < next_at:
            return
        next_at = clock.now() + _APART
        for _ in range(_LOOKS_AT_ONCE):
            if not probe_next(database, clock, actor.account_id, line=line, look=look):
                return

    return look_around


def probe_next(
    database: Database, clock: Clock, account_id: int, *, line: Line, look: Look
) -> bool:
    """
    Take the longest due look of the account, make it, and write down what it has shown.

    Counted in one transaction, settled in another, and none is open while the network is
    asked. False where nothing is due. What ends the session or the job is raised by `look`.
    """
    with database.reading() as db:
        if not ledger.has_due_probe(db, account_id, now=clock.now()):
            return False
    with database.writing() as db:
        claimed = ledger.claim_probes(db, account_id, now=clock.now())
    for doubt in claimed:
        # The moment before the question: what is shown is at least as old.
        asked_at = clock.now()
        try:
            finding = reading.look_for(line, doubt, look)
        except Unseen as unseen:
            facts = {"failure": unseen.reason, "message": unseen.message}
            finding = Finding(Sight.unreadable, facts)
        is_late = asked_at - doubt.unknown_since >= ledger.CONSISTENCY_WAIT
        with database.writing() as db:
            _take(db, doubt, finding, is_late=is_late, clock=clock)
    return bool(claimed)


def _take(db: Session, doubt: Doubt, finding: Finding, *, is_late: bool, clock: Clock) -> None:
    now = clock.now()
    match finding.sight:
        case Sight.present:
            state = AttemptState.confirmed
        case Sight.missing if is_late and ledger.is_absence_readable(doubt.action):
            state = AttemptState.absent
        case _:
            ledger.note_probe(db, doubt, finding, now=now)
            return
    attempt = ledger.find_attempt(db, doubt.attempt_id)
    evidence = ledger.evidence_with(attempt.evidence, finding, now=now)
    outcome = Outcome(state, settled_by=SettledBy.probe, evidence=evidence)
    try:
        ledger.resolve(db, doubt.attempt_id, outcome, actor="probe", now=now)
    except AttemptSettled:
        # A late answer, or a person, was faster while the network was asked.
        return
