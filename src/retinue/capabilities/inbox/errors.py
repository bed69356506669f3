"""
What the inbox refuses.

    Refusal
    |-- NotFound
    |   `-- ItemNotFound
    `-- Conflict
        |-- ItemHeld       somebody else has claimed it; `holder` says who
        `-- ItemClosed     it waits for nobody any more
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
