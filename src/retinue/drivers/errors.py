"""
What can go wrong outside, in one vocabulary.

An adapter maps whatever it sees to one `FailureClass` and says how far the call
had come. Whether an effect may have happened follows from both, never from the
class alone: a rate limit that arrives as a documented refusal is harmless, the
same text behind a broken connection is not.
"""

from __future__ import annotations

from enum import StrEnum


class FailureClass(StrEnum):
    """
    `not_found` says that a person is not there, `no_content` that a post, a story or a page is
    not: whoever has no story at the moment is not gone.
    """

    transient = "transient"
    rate_limit = "rate_limit"
    daily_cap = "daily_cap"
    action_block = "action_block"
    account_locked = "account_locked"
    account_suspended = "account_suspended"
    auth_expired = "auth_expired"
    challenge = "challenge"
    permission = "permission"
    plan_or_billing = "plan_or_billing"
    duplicate = "duplicate"
    already_done = "already_done"
    not_found = "not_found"
    no_content = "no_content"
    target_private = "target_private"
    invalid_input = "invalid_input"
    media = "media"
    unknown = "unknown"


class CallPhase(StrEnum):
    not_sent = "not_sent"
    sent = "sent"
    answered = "answered"


class FailureSource(StrEnum):
    """
    Whose doing a failure is. Only the network's own says something about the account: a proxy's, a
    mailbox's or this machine's does not.
    """

    network = "network"
    proxy = "proxy"
    mailbox = "mailbox"
    machine = "machine"


class DriverError(Exception):
    """
    One failed call.

    `is_refusal` is true only for an answer on the adapter's table of documented
    refusals: the network said no and did nothing. `retry_after` is in seconds.
    `message` is the network's own text, shortened; it never holds a secret. `code` is
    the network's own word for a refusal, where it has one.
    """

    source = FailureSource.network
    code: str | None = None

    def __init__(
        self,
        failure: FailureClass,
        *,
        phase: CallPhase,
        message: str,
        is_refusal: bool = False,
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(f"{failure}: {message}")
        self.failure = failure
        self.phase = phase
        self.message = message
        self.is_refusal = is_refusal
        self.retry_after = retry_after
        self.status = status

    @property
    def had_no_effect(self) -> bool:
        """True when nothing can have happened outside, so that the window may be released."""
        return self.phase is CallPhase.not_sent or self.is_refusal

    @property
    def is_of_proxy(self) -> bool:
        return self.source is FailureSource.proxy


class ProxyFailed(DriverError):
    """The account's proxy did not let the call out, so that nothing of it was sent."""

    source = FailureSource.proxy

    def __init__(self, failure: FailureClass, *, message: str) -> None:
        super().__init__(failure, phase=CallPhase.not_sent, message=message)
