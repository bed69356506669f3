"""
What the alerts refuse.

    Refusal
    |-- NotFound
    |   |-- AlertNotFound
    |   `-- ChannelNotFound
    |-- Conflict
    |   |-- AlertOver        it is resolved; there is nothing left to acknowledge
    |   `-- ChannelExists    one of this name is there
    `-- Invalid
        `-- ChannelRefused   its URL leads out of this machine, and no live network is connected
"""

from __future__ import annotations

from retinue.foundation.errors import Conflict, Invalid, NotFound


class AlertNotFound(NotFound):
    """There is no alert with that id."""

    code = "alert_not_found"


class ChannelNotFound(NotFound):
    """There is no channel with that id."""

    code = "channel_not_found"


class AlertOver(Conflict):
    """It is resolved, and there is nothing left to acknowledge."""

    code = "alert_over"


class ChannelExists(Conflict):
    """There is a channel of this name."""

    code = "channel_exists"


class ChannelRefused(Invalid):
    """The channel's URL cannot be used here."""

    code = "channel_refused"
