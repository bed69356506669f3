"""
What the ledger refuses.

    Refusal
    |-- NotFound
    |   `-- AttemptNotFound
    |-- Conflict
    |   `-- AttemptSettled      the outcome is known and stays
    `-- Invalid                 a handle or a filter that cannot be
"""

from __future__ import annotations

from retinue.foundation.errors import Conflict, NotFound


class AttemptNotFound(NotFound):
    """There is no attempt with that id."""

    code = "attempt_not_found"


class AttemptSettled(Conflict):
    """The attempt's outcome is known, and an outcome is never changed."""

    code = "attempt_settled"
