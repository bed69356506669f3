"""
Unknown outcomes: when the network is asked whether the effect is there, and when a person is.

The policy per kind of act stands in `_STEPS`. A look is counted before it is made, so that one
that ends its process is not made for ever.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.audit import service as audit
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import ItemKind
from retinue.capabilities.inbox.schemas import Choice, Question
from retinue.capabilities.ledger.errors import AttemptNotFound, AttemptSettled, NoProbe
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository import doubts, outcomes
from retinue.capabilities.ledger.schemas import Doubt, Finding
from retinue.drivers.network.protocol import Person

_READABLE = (
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)
_STEPS: Mapping[str, tuple[timedelta, ...]] = {
    # State that can be read back, there and not there.
    "like": _READABLE,
    "follow": _READABLE,
    # Being found proves it, not being found proves nothing: one look, and then a person.
    "comment": _READABLE[:1],
    # `view` leaves no trace that could be read, and waiting would not bring one: a person at once.
}
"""After how long, since the outcome became unknown, it is looked for."""

CONSISTENCY_WAIT = timedelta(minutes=10)
"""
So long a network may show the state from before an act that has taken effect. It is
a property of networks and no preference of an operator, hence no setting.
"""

MOST_PROBES = 20
"""However often a person asks for one more."""

_SHORTEST_STEP = timedelta(minutes=1)
_AFTER_THE_LAST = timedelta(hours=1)
"""When a last look is repeated that ended its process."""

_CHOICES = (
    Choice("confirmed", "It happened"),
    Choice("absent", "It did not happen: the person may be engaged again"),
)


def text_hash(text: str) -> str:
    """Of a comment as networks hand it back: composed, without spaces at the ends or in a row."""
    plain = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(plain.encode()).hexdigest()


def first_probe_at(action: str, now: datetime) -> datetime | None:
    """None for kinds that cannot be read."""
    steps = _STEPS.get(action)
    return None if steps is None else now + steps[0]


def is_absence_readable(action: str) -> bool:
    """Whether not being there, on a later look, is proof."""
    return len(_STEPS.get(action, ())) > 1


def begin(db: Session, row: Any, *, now: datetime) -> None:
    """An outcome has become unknown. Where nothing can be read, a person is asked at once."""
    if row.action not in _STEPS:
        reason = f"A {row.action} leaves nothing that could be read."
        fresh = outcomes.attempt(db.connection(), row.id)
        _ask_a_person(db, fresh, fresh.evidence, reason=reason, now=now)


def end(db: Session, row: Any, state: AttemptState, *, by: str, now: datetime) -> None:
    """The outcome is known now: nobody needs to be asked."""
    inbox.close_about(db, "attempt", [row.id], resolution=state.value, by=by, now=now)


def has_been_repeated(db: Session, row: Any) -> bool:
    """
    Whether this act was itself the one repeat that an absence allows.

    A second absence keeps the person out of reach: something is wrong that trying does not mend.
    """
    window = (row.held_until - row.started_at) if row.held_until is not None else timedelta(0)
    return doubts.has_absent_before(db.connection(), row, since=row.started_at - window)


def due_accounts(db: Session, *, now: datetime, limit: int) -> list[int]:
    """Accounts with unknown outcomes that are to be looked at, the longest due first."""
    return doubts.due_accounts(db.connection(), now=now, limit=limit)


def has_due_probe(db: Session, account_id: int, *, now: datetime) -> bool:
    return bool(doubts.due_of_account(db.connection(), account_id, now=now, limit=1))


def claim_probes(db: Session, account_id: int, *, now: datetime, limit: int = 1) -> list[Doubt]:
    """
    Take due looks of one account, each counted. Commit before the network is asked.

    Of many who claim at once one gets each; it is due again by its next step if nothing comes of it.
    """
    connection = db.connection()
    claimed = []
    for row in doubts.due_of_account(connection, account_id, now=now, limit=limit):
        if row.probes >= MOST_PROBES:
            if doubts.move_probe(connection, row, next_probe_at=None, probes=row.probes):
                _ask_a_person(db, row, row.evidence, reason="It was looked for often.", now=now)
            continue
        count = row.probes + 1
        again = _next_probe_at(row, count, now=now) or now + _AFTER_THE_LAST
        if doubts.move_probe(connection, row, next_probe_at=again, probes=count):
            claimed.append(_doubt(row, count))
    return claimed


def note_probe(db: Session, doubt: Doubt, finding: Finding, *, now: datetime) -> None:
    """A look that has settled nothing: kept as evidence. After the last one a person is asked."""
    connection = db.connection()
    row = outcomes.attempt(connection, doubt.attempt_id)
    if row is None or row.state is not AttemptState.unknown:
        return
    evidence = evidence_with(row.evidence, finding, now=now)
    is_last = doubt.probes >= len(_STEPS.get(row.action, ()))
    values = {"next_probe_at": None} if is_last else {}
    if doubts.keep_evidence(connection, row.id, evidence, **values) and is_last:
        reason = f"The network was asked {doubt.probes} times and gave no proof."
        _ask_a_person(db, row, evidence, reason=reason, now=now)


def evidence_with(
    evidence: dict[str, Any] | None, finding: Finding, *, now: datetime
) -> dict[str, Any]:
    """What is known already, and one more look."""
    known = evidence or {}
    entry = {"at": now.isoformat(), "saw": finding.sight.value, **finding.facts}
    return {**known, "probes": [*known.get("probes", []), entry][-MOST_PROBES:]}


def put_off_probes(
    db: Session,
    account_id: int,
    *,
    until: datetime,
    why: str,
    now: datetime,
    is_ordered: bool = False,
) -> int:
    """
    The account may not look at present. Its due looks wait, uncounted; a person is asked once the
    last step is over, unless `is_ordered`: somebody keeps it still, and will let it look again.
    How many there were.
    """
    connection = db.connection()
    rows = doubts.due_of_account(connection, account_id, now=now, limit=100)
    for row in rows:
        is_over = not is_ordered and now >= _since(row) + _STEPS.get(row.action, _READABLE)[-1]
        again = None if is_over else until
        if doubts.move_probe(connection, row, next_probe_at=again, probes=row.probes) and is_over:
            reason = f"The account could not look: {why}"
            _ask_a_person(db, row, row.evidence, reason=reason, now=now)
    return len(rows)


def ask_for_probe(db: Session, attempt_id: str, *, actor: str, now: datetime) -> None:
    """
    Have the network looked at now.

    Raises:
        AttemptNotFound: there is no such attempt.
        AttemptSettled: its outcome is known.
        NoProbe: there is nothing to look at, or it has been looked at too often.
    """
    connection = db.connection()
    row = outcomes.attempt(connection, attempt_id)
    if row is None:
        raise AttemptNotFound(f"attempt_id: there is no attempt {attempt_id}")
    if row.state is not AttemptState.unknown:
        raise settled_already(row)
    if row.action not in _STEPS:
        raise NoProbe(f"A {row.action} leaves nothing that could be read; settle it by hand.")
    if row.probes >= MOST_PROBES:
        raise NoProbe(f"It was looked for {row.probes} times; settle it by hand.")
    doubts.move_probe(connection, row, next_probe_at=now, probes=row.probes)
    audit.record(
        db, actor=actor, action="ledger.probe_asked", subject=("attempt", attempt_id), now=now
    )


def take_back(db: Session, attempt_id: str, *, now: datetime) -> None:
    """
    Nobody has said what became of an act that a person was to perform. It may have been performed,
    so it is looked for like any other. One that is settled stays as it is.
    """
    connection = db.connection()
    row = outcomes.attempt(connection, attempt_id)
    if row is None or row.state is not AttemptState.unknown or row.next_probe_at is not None:
        return
    if row.action in _STEPS:
        doubts.move_probe(connection, row, next_probe_at=now, probes=row.probes)
    else:
        reason = "A person was to do it by hand and has not said what came of it."
        _ask_a_person(db, row, row.evidence, reason=reason, now=now)


def settled_already(row: Any) -> AttemptSettled:
    return AttemptSettled(
        f"attempt_id: only an unknown outcome can be settled by hand; {row.id} is {row.state}.",
        state=str(row.state),
    )


def _next_probe_at(row: Any, count: int, *, now: datetime) -> datetime | None:
    """After so many looks; none after the last. Looks that were missed are not made up in a burst."""
    steps = _STEPS.get(row.action, ())
    if count >= len(steps):
        return None
    return max(_since(row) + steps[count], now + _SHORTEST_STEP)


def _since(row: Any) -> datetime:
    since: datetime = row.settled_at or row.started_at
    return since


def _doubt(row: Any, count: int) -> Doubt:
    return Doubt(
        attempt_id=row.id,
        account_id=row.account_id,
        network=row.network,
        action=row.action,
        object_id=row.object_id,
        text_hash=row.text_hash,
        target=Person(network_id=row.network_id or "", handle=row.handle or ""),
        own_id=row.network_user_id,
        started_at=row.started_at,
        unknown_since=_since(row),
        probes=count,
    )


def _key(attempt_id: str) -> str:
    return f"unknown_outcome:{attempt_id}"


def _ask_a_person(
    db: Session, row: Any, evidence: dict[str, Any] | None, *, reason: str, now: datetime
) -> None:
    login = accounts.get(db, row.account_id).login
    on_what = f" (on {row.object_id})" if row.object_id else ""
    question = Question(
        kind=ItemKind.unknown_outcome,
        key=_key(row.id),
        subject=("attempt", row.id),
        title=f"Did {login}'s {row.action} of @{row.target_username} happen?",
        instructions=(
            f"{reason} Look at @{row.target_username}{on_what} as {login} sees it, and say what is"
            " there. Until then it counts as done, and nobody repeats it."
        ),
        choices=_CHOICES,
        details={
            "action": row.action,
            "target_username": row.target_username,
            "object_id": row.object_id,
            "source": row.source,
            "session_id": row.session_id,
            "started_at": row.started_at.isoformat(),
            "failure": row.failure,
            "phase": row.phase,
            "evidence": evidence,
        },
        account_id=row.account_id,
        account=login,
    )
    inbox.ask(db, question, now=now)
