"""
The phase machine.

    pending -> available -> content_assigned -> in_progress -> completed
    available | content_assigned | in_progress -> failed -> available (after its delay)
                                               -> requires_review (the last failure, or not retryable)
    failed | requires_review | content_assigned | in_progress -> available  (an operator's retry)
    anything but completed -> completed  (an operator's skip)

Only the first phase that is not completed moves. `pending` and `failed` become `available`
by the clock alone: `status_at` says so, and whoever writes next writes it down.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from retinue.capabilities.warmup.errors import PhaseNotAvailable, PhaseNotReady
from retinue.capabilities.warmup.models import Phase, PhaseStatus
from retinue.capabilities.warmup.schemas import Step, Verb

ORDER: tuple[Phase, ...] = tuple(Phase)
WORKED_ON = frozenset({PhaseStatus.content_assigned, PhaseStatus.in_progress})
_WAITING = frozenset({PhaseStatus.pending, PhaseStatus.failed})

_FROM: Mapping[Verb, frozenset[PhaseStatus]] = {
    Verb.assign: frozenset({PhaseStatus.available}),
    Verb.start: frozenset({PhaseStatus.content_assigned}),
    Verb.complete: WORKED_ON,
    Verb.fail: WORKED_ON | {PhaseStatus.available},
    Verb.retry: WORKED_ON | {PhaseStatus.failed, PhaseStatus.requires_review},
    Verb.skip: frozenset(PhaseStatus) - {PhaseStatus.completed},
    Verb.review: WORKED_ON | {PhaseStatus.available, PhaseStatus.failed, PhaseStatus.pending},
}
_DONE_ALREADY: Mapping[Verb, frozenset[PhaseStatus]] = {
    Verb.assign: WORKED_ON,
    Verb.start: frozenset({PhaseStatus.in_progress}),
    Verb.complete: frozenset({PhaseStatus.completed}),
    Verb.retry: frozenset({PhaseStatus.available}),
    Verb.review: frozenset({PhaseStatus.requires_review}),
}
"""Where the call has had its effect: it is answered as the first one was, and changes nothing."""

_WAYS: Mapping[Verb, str] = {
    Verb.start: "ask for its content first",
    Verb.complete: "ask for its content and start it first",
    Verb.fail: "an error can be reported once it is available",
    Verb.retry: "only what has failed, is in review or is stuck can be tried again",
}


def status_at(step: Step, now: datetime) -> PhaseStatus:
    """As it is by now: what waits for its time is available once that has come."""
    if step.status in _WAITING and step.available_at is not None and step.available_at <= now:
        return PhaseStatus.available
    return step.status


def current(steps: Sequence[Step]) -> Step | None:
    """The phase whose turn it is; none once all are completed, or before they are made."""
    return next((step for step in steps if step.status is not PhaseStatus.completed), None)


def following(steps: Sequence[Step], step: Step) -> Step | None:
    place = ORDER.index(step.phase) + 1
    return steps[place] if place < len(steps) else None


def progress(steps: Sequence[Step]) -> int:
    done = sum(step.status is PhaseStatus.completed for step in steps)
    return round(100 * done / len(ORDER))


def next_available_at(steps: Sequence[Step], now: datetime) -> datetime | None:
    """When the phase whose turn it is may be done, if it waits for its time."""
    step = current(steps)
    waits = step is not None and status_at(step, now) in _WAITING
    return step.available_at if step is not None and waits else None


def is_at_hand(steps: Sequence[Step], now: datetime) -> bool:
    """Whether a bot that has the account can go on with it at once."""
    step = current(steps)
    if step is None:
        return bool(steps)
    return status_at(step, now) in WORKED_ON | {PhaseStatus.available}


def is_repeat(step: Step, verb: Verb, now: datetime) -> bool:
    return status_at(step, now) in _DONE_ALREADY.get(verb, frozenset())


def asked_for(steps: Sequence[Step], phase: Phase, verb: Verb, *, now: datetime) -> Step:
    """
    The phase, if the verb can be done to it now or has been done already (`is_repeat`).

    Raises:
        PhaseNotAvailable: its turn or its time has not come.
        PhaseNotReady: it stands where the verb does not lead from.
    """
    step = steps[ORDER.index(phase)]
    if is_repeat(step, verb, now):
        return step
    turn = current(steps)
    if step.status is PhaseStatus.completed:
        raise PhaseNotReady(f"{phase} is completed already.", phase=phase, status=step.status)
    if turn is not None and turn.phase is not phase:
        raise PhaseNotAvailable(
            f"{phase} comes after {turn.phase}, which is {status_at(turn, now)}.",
            phase=phase,
            status=step.status,
            available_at=None,
        )
    status = status_at(step, now)
    if status in _FROM[verb]:
        return step
    if status in _WAITING and verb in {Verb.assign, Verb.start, Verb.complete, Verb.fail}:
        raise PhaseNotAvailable(_not_yet(step), **_facts(step, status))
    if status is PhaseStatus.requires_review:
        raise PhaseNotReady(f"{phase} waits for a person to look at it.", **_facts(step, status))
    way = _WAYS.get(verb, "that is not possible from there")
    raise PhaseNotReady(f"{phase} is {status}: {way}.", **_facts(step, status))


def _not_yet(step: Step) -> str:
    when = (
        "later"
        if step.available_at is None
        else f"from {step.available_at:%Y-%m-%d %H:%M:%S} UTC on"
    )
    failed = f" after {step.retry_count} failures" if step.status is PhaseStatus.failed else ""
    return f"{step.phase} is available {when}{failed}."


def _facts(step: Step, status: PhaseStatus) -> dict[str, Any]:
    return {"phase": step.phase, "status": status, "available_at": step.available_at}
