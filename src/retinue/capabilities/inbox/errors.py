"""
What the inbox refuses.

    Refusal
    |-- NotFound
    |   `-- ItemNotFound
    `-- Conflict
        |-- ItemHeld         somebody else has claimed it; `holder` says who
        |-- ItemClosed       it waits for nobody any more
        |-- EvidenceMissing  something is said to be done, and nothing shows it
        `-- EvidenceFull     enough was added
"""

from __future__ import annotations

from retinue.foundation.errors import Conflict, NotFound


class ItemNotFound(NotFound):
    """There is no inbox item with that id."""

    code = "inbox_item_not_found"


class ItemHeld(Conflict):
    """Somebody else has claimed it, or it waits for nobody any more."""

    code = "inbox_item_held"


class ItemClosed(Conflict):
    """Somebody else has claimed it, or it waits for nobody any more."""

    code = "inbox_item_closed"


class EvidenceMissing(Conflict):
    """The choice says that something was done, and nothing shows it."""

    code = "inbox_evidence_missing"


class EvidenceFull(Conflict):
    """As many pictures were added as one item may have."""

    code = "inbox_evidence_full"
