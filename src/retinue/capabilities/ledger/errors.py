"""
What the ledger refuses.

    Refusal
    |-- NotFound
    |   `-- AttemptNotFound
    |-- Conflict
    |   |-- AttemptSettled      the outcome is known and stays
    |   `-- NoProbe             there is nothing that could be looked at
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


class NoProbe(Conflict):
    """The network cannot be asked whether it happened; a person can."""

    code = "attempt_has_no_probe"
