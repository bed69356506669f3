from __future__ import annotations

from retinue.foundation.errors import Conflict


class OnHold(Conflict):
    """The fleet stands still after a restore; the message says what ends it."""

    code = "on_hold"
