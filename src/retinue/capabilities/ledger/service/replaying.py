"""What the database has forgotten, because it is older than the acts: taken up again from a journal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.ledger import rules
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.ledger.repository import intents, outcomes, windows
from retinue.capabilities.ledger.schemas import Outcome, SettledBy
from retinue.capabilities.ledger.service import people, settling
from retinue.capabilities.settings.schemas import RuntimeSettings
from retinue.drivers.network.protocol import Person
from retinue.foundation.randomness import Random

_MESSAGE = "Taken up again from the intent journal: the database was older than this act."


@dataclass(frozen=True, slots=True)
class Remembered:
    """One intent as its journal tells it. `account` is a login."""

    attempt_id: str
    account: str
    network: str
    person: Person
    action: str
    object_id: str | None
    session_id: str | None
    fence: int
    at: datetime
    state: AttemptState
    """`unknown` where the journal does not know the outcome either."""
    task_id: str | None = None


def is_known(db: Session, attempt_id: str) -> bool:
    return outcomes.attempt(db.connection(), attempt_id) is not None


def replay(
    db: Session, fact: Remembered, *, settings: RuntimeSettings, rng: Random, now: datetime
) -> bool:
    """
    Write an intent down that the database does not have; False where it has it, or has no such account.

    The person is taken again for as long as they would have been. An outcome that the
    journal does not know is `unknown`, which a probe or a person settles.
    """
    connection = db.connection()
    account = accounts.with_login(db, fact.network, fact.account)
    if account is None or is_known(db, fact.attempt_id):
        return False
    # Whoever is known by id keeps the handle of today; the journal's is an old one.
    known = people.known_by_id(
        connection, fact.network, fact.person.network_id
    ) or people.write_down(connection, fact.network, fact.person, now=now)
    held_until = fact.at + timedelta(days=settings.window_days(fact.action))
    intents.add_attempt(
        connection,
        {
            "id": fact.attempt_id,
            "account_id": account.id,
            "persona_id": account.persona_id,
            "network": fact.network,
            "target_id": known.id,
            "target_username": known.handle or fact.person.handle,
            "action": fact.action,
            "object_id": fact.object_id,
            "state": AttemptState.intent,
            "source": None,
            "session_id": fact.session_id,
            "task_id": fact.task_id,
            "device_id": None,
            "fence": fact.fence,
            "started_at": fact.at,
            "held_until": held_until,
        },
    )
    row = {
        "network": fact.network,
        "target_id": known.id,
        "action": fact.action,
        "attempt_id": fact.attempt_id,
        "expires_at": held_until,
    }
    keys = rules.scope_keys(account.id, account.persona_id)
    windows.extend(connection, [{**row, "scope_key": key} for key in keys])
    outcome = Outcome(fact.state, settled_by=SettledBy.recovery, message=_MESSAGE)
    settling.settle(db, fact.attempt_id, outcome, settings=settings, rng=rng, now=now)
    return True
