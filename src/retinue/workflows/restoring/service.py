from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from retinue.capabilities.access import service as access
from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.audit import service as audit
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.schemas import AttemptFilter, Outcome, SettledBy
from retinue.capabilities.safety import service as safety
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.settings import service as settings
from retinue.drivers.network.protocol import Person
from retinue.foundation.database import backups
from retinue.foundation.runtime import Runtime
from retinue.workflows.engagement import service as engagement
from retinue.workflows.engagement.service import Intended, Learnt
from retinue.workflows.restoring import journals
from retinue.workflows.restoring.errors import NotOnHold, NotReconciled, RestoreCutOff
from retinue.workflows.restoring.schemas import Reconciled

logger = logging.getLogger(__name__)

_HOLD = "hold"
_ACTOR = "restore"
_STEP = 200
_LOOKED_AT = 20
"""Journals that are asked at a start whether the database knows their last intent."""
_UNKNOWNS = 1000
_REASON = (
    "On hold: the database was restored from {source} and may have forgotten what was done since. "
    "Run `retinue db reconcile`, then `retinue db release`."
)


def hold_if_older(runtime: Runtime, *, looks_into_journals: bool = True) -> str | None:
    """
    Whether the database is older than what has happened, and why; then the fleet stands still.

    It is when a restore says so in the marker beside it, when it is still held from an earlier
    one, or when a journal tells of an intent that it does not have: a copy put back by hand. Who
    only passes by, as a command does, need not look into the journals.

    Raises:
        RestoreCutOff: a restore did not come to its end.
    """
    data_dir = runtime.configuration.data_dir
    marker = backups.read_marker(data_dir)
    if marker is not None and not marker.is_done:
        raise RestoreCutOff(
            f"The restore of {marker.source} was cut off. Run it again: retinue db restore {marker.source}"
        )
    with runtime.database.reading() as db:
        held: dict[str, Any] | None = access.recall(db, _HOLD)
        source = marker.source if marker else None
        if held is None and marker is None and looks_into_journals and _has_forgotten(db, runtime):
            source = "an older copy"
    if held is None and source is None:
        return None
    if held is not None and (marker is None or held["epoch"] == marker.epoch):
        return str(held["reason"])
    epoch = marker.epoch if marker else runtime.incarnation
    reason = _REASON.format(source=source)
    with runtime.database.writing() as db:
        now = runtime.clock.now()
        access.remember(db, _HOLD, {"epoch": epoch, "reason": reason, "since": now.isoformat()})
        safety.pause(db, action=None, reason=reason[:500], actor=_ACTOR, now=now)
    logger.warning("%s", reason)
    return reason


def folder_id(data_dir: Path) -> str:
    """What the journals of this data directory are known by in the database."""
    return journals.folder_id(data_dir)


def reason_of_hold(db: Session) -> str | None:
    held = access.recall(db, _HOLD)
    return None if held is None else str(held["reason"])


def reconcile(runtime: Runtime) -> Reconciled:
    """
    Take up what the journals of this data directory know and the database does not, and write
    down that they were asked. Safe to repeat and to interrupt.

    An intent without an outcome becomes `unknown`, holds its person, and is settled by a probe
    or by a person; it is never carried out again by itself.
    """
    facts = _facts(runtime)
    learnt = {one.attempt: one.state for one in facts if isinstance(one, Learnt)}
    intents = [one for one in facts if isinstance(one, Intended)]
    taken_up = unknown = strangers = 0
    for chunk in _chunks(intents):
        with runtime.database.writing() as db:
            for one in chunk:
                if ledger.is_known(db, one.attempt):
                    continue
                state = learnt.get(one.attempt, AttemptState.unknown)
                if _replay(db, runtime, one, state):
                    taken_up += 1
                    unknown += state is AttemptState.unknown
                else:
                    strangers += 1
    with runtime.database.writing() as db:
        held = access.recall(db, _HOLD)
        if held is not None:
            own = folder_id(runtime.configuration.data_dir)
            sessions.note_reconciled(db, own, restore=held["epoch"])
    return Reconciled(taken_up, unknown, settle_late(runtime), strangers)


def settle_late(runtime: Runtime) -> int:
    """
    Outcomes that a session wrote into its journal while the database was away, and could not
    deliver before it ended. How many were taken from there.
    """
    with runtime.database.reading() as db:
        wanted = AttemptFilter(state=AttemptState.unknown)
        rows = ledger.list_attempts(db, wanted, limit=_UNKNOWNS)
    if not rows:
        return 0
    open_ids = {row.id for row in rows}
    found = [
        fact
        for fact in _written_about(runtime.configuration.data_dir, rows)
        if isinstance(fact, Learnt)
        and fact.attempt in open_ids
        and fact.state is not AttemptState.unknown
    ]
    done = 0
    for chunk in _chunks(found):
        with runtime.database.writing() as db:
            for fact in chunk:
                done += ledger.settle(
                    db,
                    fact.attempt,
                    Outcome(fact.state, settled_by=SettledBy.response),
                    settings=settings.current(db),
                    rng=runtime.rng,
                    now=runtime.clock.now(),
                ).changed
    return done


def _written_about(data_dir: Path, rows: Sequence[Any]) -> Iterator[Intended | Learnt]:
    for session in sorted({row.session_id for row in rows if row.session_id}):
        yield from engagement.read_journal_of(data_dir, session)
    of_tasks = [row.started_at for row in rows if row.session_id is None]
    if of_tasks:
        yield from engagement.read_journals_of_tasks(data_dir, since=min(of_tasks))


def tidy(runtime: Runtime) -> None:
    """Deliver what a session could only write into its journal, and drop journals that nobody needs."""
    settle_late(runtime)
    with runtime.database.reading() as db:
        current = settings.current(db)
    days = max(current.reengagement_days, *current.reengagement_days_by_action.values(), 1)
    engagement.prune_journals(
        runtime.configuration.data_dir, window=timedelta(days=days), now=runtime.clock.now()
    )


def release(runtime: Runtime, *, reason: str, actor: str, without_journal: bool = False) -> None:
    """
    Let work go on. Audited.

    Raises:
        NotOnHold: nothing is held.
        NotReconciled: a journal still tells of something that the database does not have; or, where
            `without_journal` does not say that this is known, there is no journal at all, or an
            agent has not been reconciled where its own journals are.
    """
    data_dir = runtime.configuration.data_dir
    with runtime.database.reading() as db:
        held = access.recall(db, _HOLD)
        if held is None:
            raise NotOnHold("Nothing is on hold.")
        facts = _facts(runtime)
        behind = sessions.agents_behind(db, restore=held["epoch"])
        missing = sum(_is_missing(db, one) for one in facts if isinstance(one, Intended))
    if missing:
        raise NotReconciled(
            f"The journals tell of {missing} intents that the database does not have. "
            "Run `retinue db reconcile` first; nobody is engaged twice then."
        )
    if not facts and not without_journal:
        raise NotReconciled(
            f"There is no intent journal in {data_dir / 'journal'}, so nobody knows what was done after the "
            "backup: people may be engaged a second time. Put the journals back and run `retinue db "
            "reconcile`, or say that you accept it: retinue db release --without-journal"
        )
    if behind and not without_journal:
        raise NotReconciled(
            f"Nobody has read the journals of {', '.join(behind)} since the restore. Run `retinue db reconcile` "
            "with the data directory of each; where one is gone for good, and people may be engaged a second "
            "time, say that you accept it: retinue db release --without-journal"
        )
    with runtime.database.writing() as db:
        now = runtime.clock.now()
        access.remember(db, _HOLD, None)
        for pause in safety.pauses(db):
            if pause.paused_by == _ACTOR:
                safety.resume(db, action=None, reason=reason, actor=actor, now=now)
        audit.record(
            db, actor=actor, action="database.released", subject=("database", held["epoch"]), now=now,
            reason=reason, after={"without_journal": without_journal, "not_reconciled": behind},
        )  # fmt: skip
    backups.remove_marker(data_dir)


def _facts(runtime: Runtime) -> list[Intended | Learnt]:
    """Of this installation: the data directory may have been used before, for another database."""
    with runtime.database.reading() as db:
        made_at: datetime | None = access.made_at(db)
    if made_at is None:
        return []
    everything = engagement.read_journals(runtime.configuration.data_dir)
    return [fact for fact in everything if fact.at >= made_at]


def _is_missing(db: Session, one: Intended) -> bool:
    """An account that the database does not have is a stranger: nobody can act for it."""
    if ledger.is_known(db, one.attempt):
        return False
    return accounts.with_login(db, one.network, one.account) is not None


def _has_forgotten(db: Session, runtime: Runtime) -> bool:
    """Of the newest journals only: what came after a backup came last."""
    made_at: datetime | None = access.made_at(db)
    newest = engagement.newest_journals(runtime.configuration.data_dir, limit=_LOOKED_AT)
    lasts = (engagement.last_intent(path) for path in newest)
    return made_at is not None and any(
        last is not None and last.at >= made_at and _is_missing(db, last) for last in lasts
    )


def _replay(db: Session, runtime: Runtime, one: Intended, state: AttemptState) -> bool:
    fact = ledger.Remembered(
        attempt_id=one.attempt,
        account=one.account,
        network=one.network,
        person=Person(network_id=one.person, handle=one.handle),
        action=one.action,
        object_id=one.object_id,
        session_id=one.session,
        task_id=one.task,
        fence=one.fence,
        at=one.at,
        state=state,
    )
    return ledger.replay(
        db, fact, settings=settings.current(db), rng=runtime.rng, now=runtime.clock.now()
    )


def _chunks(facts: Sequence[Any]) -> Iterator[list[Any]]:
    """One transaction each: nobody else waits long for its turn."""
    left = iter(facts)
    while chunk := list(islice(left, _STEP)):
        yield chunk
