"""
What a read can end with instead of numbers.

Each carries the failure class of all drivers and a word of its own (`code`). None of them ever
holds the key, and none says that a subject is gone: a source that finds nobody may be wrong.
"""

from __future__ import annotations

from typing import Self

from retinue.drivers.errors import CallPhase, DriverError, FailureClass


class MetricsError(DriverError):
    """`status` is the HTTP status where one came; `request_id` is the source's, for its support."""

    code: str = "metrics_error"
    usual = FailureClass.unknown

    def __init__(
        self,
        message: str,
        *,
        failure: FailureClass | None = None,
        phase: CallPhase = CallPhase.answered,
        status: int | None = None,
        retry_after: float | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(
            failure or self.usual,
            phase=phase,
            message=message,
            retry_after=retry_after,
            status=status,
        )
        self.request_id = request_id

    @property
    def is_billed(self) -> bool:
        """A call that was answered with 200 costs its price, whatever stood in the answer."""
        return self.status == 200


class SubjectNotFound(MetricsError):
    """The source knows nobody and nothing of this name, or shows it to nobody."""

    code = "subject_not_found"
    usual = FailureClass.not_found


class SourceUnavailable(MetricsError):
    """It does not answer, or says that it cannot at the moment. Another try may succeed."""

    code = "source_unavailable"
    usual = FailureClass.transient


class RateLimited(MetricsError):
    """Asked too often. `retry_after` in seconds, where the source says it."""

    code = "rate_limited"
    usual = FailureClass.rate_limit


class PaymentRequired(MetricsError):
    """The balance is used up. Nothing is answered before somebody pays."""

    code = "payment_required"
    usual = FailureClass.plan_or_billing


class KeyRefused(MetricsError):
    """The key is wrong, has expired or may not do this. Nothing is answered with it."""

    code = "key_refused"
    usual = FailureClass.auth_expired


class SourceBroken(MetricsError):
    """An answer that is not understood. `path` names the place in it, where there is one."""

    code = "source_broken"
    path: str | None = None

    @classmethod
    def at(cls, path: str, what: str, *, status: int | None = None) -> Self:
        error = cls(f"{path} {what}", status=status)
        error.path = path
        return error


class SubjectRefused(SourceBroken):
    """A name that cannot be asked for."""

    code = "subject_refused"
    usual = FailureClass.invalid_input
