"""What a key is refused for."""

from __future__ import annotations

from retinue.foundation.errors import Conflict, Invalid


class KeyReused(Invalid):
    """The Idempotency-Key was used for another request within the last 24 hours."""

    code = "idempotency_key_reused"


class KeyNotTaken(Invalid):
    """This route keeps no answers, so it takes no Idempotency-Key."""

    code = "idempotency_key_not_taken"


class StillRunning(Conflict):
    """The first request of this Idempotency-Key has not ended yet."""

    code = "idempotency_key_running"
