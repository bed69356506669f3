"""
What safety refuses.

    Refusal
    |-- NotFound
    |   `-- ContactEntryNotFound
    |-- TooLarge
    |   `-- ListTooLarge
    `-- Invalid
        `-- ListUnreadable      a list as a whole; its rows have faults of their own
"""

from __future__ import annotations

from retinue.foundation.errors import Invalid, NotFound, TooLarge


class ContactEntryNotFound(NotFound):
    """There is no such entry in the do-not-contact list."""

    code = "contact_entry_not_found"


class ListTooLarge(TooLarge):
    """The list is larger than one import takes."""

    code = "list_too_large"


class ListUnreadable(Invalid):
    """The list as a whole cannot be read."""

    code = "list_unreadable"
