from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What the journals told: intents taken up again, of them without an outcome, and outcomes that were missing."""

    taken_up: int
    unknown: int
    outcomes: int
    strangers: int
    """Intents of accounts that the database does not have; nobody can act for them."""
