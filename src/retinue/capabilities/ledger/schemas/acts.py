"""What the ledger is asked by other slices, and what it answers them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from retinue.capabilities.ledger.models import AttemptState, EventStatus
from retinue.capabilities.safety.schemas import Consequence, PlanLimits
from retinue.drivers.errors import CallPhase, FailureClass
from retinue.drivers.network.protocol import Person
from retinue.foundation.clock_jumps import Jumps

VISIT = "visit"
"""The action of an event that is about a candidate as a whole, before any act was chosen."""


@dataclass(frozen=True, slots=True)
class IntentRequest:
    """
    One act that an account wants to perform on a person.

    `fence` is that of the account's lease. `object_id` is what the effect lands
    on, a post's id say; the window is the person's all the same. An empty
    `target.network_id` means that it is not known yet.
    """

    account_id: int
    network: str
    action: str
    target: Person
    fence: int
    object_id: str | None = None
    text_hash: str | None = None
    """Of what is written, by `ledger.text_hash`: a comment can be found again by it."""
    source: str | None = None
    session_id: str | None = None
    task_id: str | None = None
    plan_limits: PlanLimits | None = None
    device_id: int | None = None
    jumps: Jumps | None = None
    """Of the clock where the act is done: the spans of the limits are longer by them."""


class DeclineKind(StrEnum):
    dedupe_hit = "dedupe_hit"
    target_unavailable = "target_unavailable"
    do_not_contact = "do_not_contact"
    limit = "limit"
    paused = "paused"
    cooldown = "cooldown"
    """A backoff or a cooldown; `until` says when it ends."""
    account_unavailable = "account_unavailable"
    """Lifecycle or health forbid it."""
    lease_lost = "lease_lost"


ABOUT_TARGET = frozenset(
    {DeclineKind.dedupe_hit, DeclineKind.target_unavailable, DeclineKind.do_not_contact}
)
"""The next person may still be engaged; every other kind of decline is about the account."""


class RuleSeen(NamedTuple):
    """One rule as it was met: the value seen, the threshold, and whether it let the act pass."""

    rule: str
    value: Any
    threshold: Any
    passed: bool
    message: str | None = None
    """In words, where the rule stopped the act, or where its threshold needs explaining."""

    def as_json(self) -> dict[str, Any]:
        shown = {
            "rule": self.rule,
            "value": self.value,
            "threshold": self.threshold,
            "verdict": "pass" if self.passed else "stop",
        }
        return shown if self.message is None else {**shown, "message": self.message}


@dataclass(frozen=True, slots=True)
class Reserved:
    """The intent is written. Once it is committed, the act may be performed, once."""

    attempt_id: str
    target_id: int


@dataclass(frozen=True, slots=True)
class Declined:
    """The act may not be performed. `rule` decided; `until` is when asking again makes sense."""

    kind: DeclineKind
    reason: str
    rule: str
    until: datetime | None = None
    rules: tuple[RuleSeen, ...] = ()

    @property
    def is_about_target(self) -> bool:
        return self.kind in ABOUT_TARGET


class SettledBy(StrEnum):
    response = "response"
    late_response = "late-response"
    """The answer came after a recovery had given the attempt up."""
    probe = "probe"
    platform_duplicate = "platform-duplicate"
    """The network says that it was done before."""
    operator = "operator"
    recovery = "recovery"
    assistance = "assistance"
    """A person was asked to perform it: it is nobody's to look for until they have answered."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    What came of an act: `confirmed`, `refused` or `unknown`.

    `refused` is a definite no: nothing has happened outside, and the person is
    free again. Anything less certain is `unknown`. `retry_after` is in seconds.
    """

    state: AttemptState
    failure: FailureClass | None = None
    phase: CallPhase | None = None
    message: str | None = None
    latency_ms: int | None = None
    settled_by: SettledBy = SettledBy.response
    retry_after: float | None = None
    evidence: dict[str, Any] | None = field(default=None)
    is_of_proxy: bool = False
    """The account's proxy has failed, and nothing was sent."""


@dataclass(frozen=True, slots=True)
class Settled:
    """
    How an attempt stands after a settlement.

    `changed` is false when it was settled before: the first outcome stays.
    `consequence` says what a failure means for the account.
    """

    attempt_id: str
    state: AttemptState
    status: EventStatus | None
    changed: bool
    consequence: Consequence | None = None

    @property
    def ends_session(self) -> bool:
        return self.consequence is not None and self.consequence.verdict.ends_session


@dataclass(frozen=True, slots=True)
class Skip:
    """A candidate that was left alone before any intent; `action` is none for the person as a whole."""

    account_id: int
    network: str
    target: Person
    reason: str
    rules: tuple[RuleSeen, ...]
    action: str | None = None
    source: str | None = None
    session_id: str | None = None
    task_id: str | None = None


@dataclass(frozen=True, slots=True)
class ByHand:
    """An interaction that a person writes down."""

    username: str
    action: str
    ts: datetime
    status: EventStatus = EventStatus.success
    details: dict[str, Any] | None = None


class CheckedTarget(NamedTuple):
    target: str
    allowed: bool
    reason: str | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class CacheCounts:
    """How often a question was answered from memory, and how often the database was asked."""

    hits: int = 0
    misses: int = 0

    @property
    def hit_rate(self) -> float | None:
        """0 to 1; none where nothing was asked."""
        asked = self.hits + self.misses
        return None if asked == 0 else round(self.hits / asked, 4)

    def __sub__(self, other: CacheCounts) -> CacheCounts:
        return CacheCounts(self.hits - other.hits, self.misses - other.misses)


@dataclass(frozen=True, slots=True)
class EventFilter:
    """Which events. `visible_only` leaves out what was cleared from the history."""

    account_id: int | None = None
    account_ids: frozenset[int] | None = None
    target: str | None = None
    actions: tuple[str, ...] = ()
    status: EventStatus | None = None
    since: datetime | None = None
    """Included."""
    until: datetime | None = None
    """Not included."""
    session_id: str | None = None
    task_id: str | None = None
    visible_only: bool = False


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The last 24 hours in numbers, skips and dedupe hits left out of the total."""

    total: int
    successful: int
    failed: int
    unknown: int
    success_rate: float | None
    """Of those whose outcome is known, 0 to 1; none where there are none."""
    average_latency_ms: float | None


@dataclass(frozen=True, slots=True)
class OpenUnknowns:
    count: int
    oldest_at: datetime | None


@dataclass(frozen=True, slots=True)
class Swept:
    windows: int
    latest: int
    traces: int
    orphans: int
    """Intents whose lease is gone, now `unknown`."""

    def __add__(self, other: Swept) -> Swept:
        return Swept(
            self.windows + other.windows,
            self.latest + other.latest,
            self.traces + other.traces,
            self.orphans + other.orphans,
        )
