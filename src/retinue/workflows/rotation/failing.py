"""Why a rotation has come to nothing, or to nothing that is known."""

from __future__ import annotations

from retinue.capabilities.tasks.schemas import TaskFailure
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.foundation.redaction import redact

_SOON = 30.0


def unsure(message: str) -> TaskFailure:
    """To be tried again: the next run begins with a log-in, so nothing is done twice."""
    return TaskFailure(
        FailureClass.transient,
        redact(message),
        CallPhase.not_sent,
        _SOON,
        code="rotation_unsure",
        source="network",
    )


def ours(message: str, code: str) -> TaskFailure:
    return TaskFailure(
        FailureClass.invalid_input, message, CallPhase.not_sent, code=code, source="retinue"
    )
