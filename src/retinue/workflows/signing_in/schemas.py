from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from retinue.capabilities.accounts.schemas import OpenCredentials
from retinue.drivers.browser.protocol import Browser, Jar, PageState
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.mailbox.protocol import Mailboxes
from retinue.drivers.network.protocol import Egress
from retinue.foundation.clock import Clock
from retinue.foundation.runtime import Runtime
from retinue.workflows.engagement.schemas import OpenNetwork


class Tell(Protocol):
    """Of a step that is over. Never a secret."""

    def __call__(self, step: str, *, ok: bool, message: str) -> object: ...


@dataclass(frozen=True, slots=True)
class Station:
    """What the work in a browser is done with. `browser` is asked only when a page is needed."""

    runtime: Runtime
    open_network: OpenNetwork
    browser: Callable[[], Browser]
    mailboxes: Mailboxes
    clock: Clock
    """The networks' time, which codes are good for."""


@dataclass(frozen=True, slots=True)
class Subject:
    """An account as it goes to its network's web site."""

    account_id: int
    account_no: str
    login: str
    email: str | None
    network: str
    user_agent: str | None
    egress: Egress | None = field(repr=False)
    known: OpenCredentials = field(repr=False)
    jars: tuple[Jar, ...] = ()
    """Those that may still open, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Asker:
    """In whose name a log-in is tried, and in which task."""

    name: str
    is_person: bool
    task_id: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    Where a log-in has come to: `signed_in`, or what is in its way. A code that is asked for and
    cannot be given is told as `second_factor` or `email_code`, with the reason as `text`.
    """

    state: PageState
    text: str
    door: str = "password"

    @property
    def is_in(self) -> bool:
        return self.state is PageState.signed_in


@dataclass(frozen=True, slots=True)
class Tokens:
    """A jar, and what of it the network's own interface takes."""

    jar: str = field(repr=False)
    values: Mapping[str, str] = field(repr=False)

    @classmethod
    def of(cls, jar: Jar) -> Tokens:
        found = {name: jar.value(name) for name in ("auth_token", "ct0")}
        return cls(jar.to_text(), {name: value for name, value in found.items() if value})


_CLASSES: Mapping[PageState, tuple[FailureClass, str]] = {
    PageState.signed_out: (FailureClass.auth_expired, "signed_out"),
    PageState.challenge_passed: (FailureClass.auth_expired, "signed_out"),
    PageState.challenge_over: (FailureClass.auth_expired, "signed_out"),
    PageState.wrong_password: (FailureClass.auth_expired, "wrong_password"),
    PageState.second_factor: (FailureClass.challenge, "second_factor_required"),
    PageState.wrong_code: (FailureClass.challenge, "second_factor_required"),
    PageState.email_code: (FailureClass.challenge, "email_code_required"),
    PageState.challenge: (FailureClass.challenge, "challenge_required"),
    PageState.locked: (FailureClass.account_locked, "account_locked"),
    PageState.suspended: (FailureClass.account_suspended, "account_suspended"),
}


def class_of(state: PageState) -> tuple[FailureClass, str]:
    """What a page that is in the way says about the account, and the network's word for it."""
    return _CLASSES.get(state, (FailureClass.unknown, "page_unknown"))


def refusal_of(outcome: Outcome) -> DriverError:
    """The network has answered, and lets nobody in."""
    failure, code = class_of(outcome.state)
    error = DriverError(failure, phase=CallPhase.answered, message=outcome.text, is_refusal=True)
    error.code = code
    return error


def plain(outcome: Outcome) -> dict[str, Any]:
    return {"state": outcome.state.value, "door": outcome.door, "message": outcome.text}
