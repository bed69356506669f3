from __future__ import annotations

from collections import Counter

from sqlalchemy.orm import Session

from retinue.capabilities.ledger.models import AttemptState
from retinue.drivers.network.sandgram_control import SandgramControl
from retinue.workflows.reconciliation import repository
from retinue.workflows.reconciliation.schemas import Deed, Reconciled, reconcile


def effects_of(control: SandgramControl) -> Counter[Deed]:
    """Every effect that reached Sandgram's world."""
    return Counter(
        Deed(effect["account"], effect["action"], effect["person_id"])
        for effect in control.effects()
    )


def against_oracle(db: Session, effects: Counter[Deed]) -> Reconciled:
    """
    Compare the ledger with `effects`, which are read before the transaction of `db` is opened.

    An intent that is still open counts as unknown: nobody can say more of it.
    """
    return reconcile(
        confirmed=repository.deeds_in(db, AttemptState.confirmed),
        unknown=repository.deeds_in(db, AttemptState.unknown)
        + repository.deeds_in(db, AttemptState.intent),
        effects=effects,
    )


def count_events_by_status(db: Session) -> dict[str, int]:
    """All that the ledger holds, by the status of the event."""
    return repository.count_events_by_status(db)
