"""What a bot may do next, and by which call."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from retinue.capabilities.accounts.models import Lifecycle
from retinue.capabilities.warmup.models import Phase, PhaseStatus
from retinue.capabilities.warmup.rules.phases import current, status_at
from retinue.capabilities.warmup.schemas import Hold, Next, NextAction, Step

_READY = "/api/bot/accounts/ready"


ASKED_AGAIN_AFTER = timedelta(minutes=15)
"""So long nobody asks again for what is missing. Once it has come, it may be asked for at once."""


def asked_again_at(step: Step) -> datetime | None:
    missing = step.content_missing_at
    return None if missing is None else missing + ASKED_AGAIN_AFTER


def status_path(account_id: int) -> str:
    return f"/api/bot/accounts/{account_id}/warmup-status"


def path_to(account_id: int, verb: str, phase: Phase | None = None) -> str:
    tail = "" if phase is None else f"/{phase}"
    return f"/api/bot/accounts/{account_id}/{verb}{tail}"


def look_for_others(*, at: datetime | None = None) -> Next:
    action = NextAction.done if at is None else NextAction.wait
    return Next(action, "GET", _READY, at=at)


def next_for(
    account_id: int,
    lifecycle: Lifecycle,
    steps: Sequence[Step],
    *,
    hold: Hold | None,
    now: datetime,
) -> Next:
    """What has begun is ended also while the account is held; nothing else is begun then."""
    step = current(steps)
    is_at_work = step is not None and step.status is PhaseStatus.in_progress
    if lifecycle in {Lifecycle.active, Lifecycle.retired, Lifecycle.imported}:
        return look_for_others()
    if hold is not None and not is_at_work:
        phase = None if step is None else step.phase
        return Next(NextAction.hold, "GET", status_path(account_id), phase=phase, at=hold.until)
    if not steps or lifecycle is Lifecycle.ready:
        return _call(account_id, NextAction.start_warmup, None)
    if step is None:
        return _call(account_id, NextAction.complete_warmup, None)
    return _of_phase(account_id, step, now=now)


def _of_phase(account_id: int, step: Step, *, now: datetime) -> Next:
    status, look = status_at(step, now), status_path(account_id)
    match status:
        case PhaseStatus.available:
            path, again = path_to(account_id, "content", step.phase), asked_again_at(step)
            if again is not None and again > now:
                return Next(NextAction.wait, "GET", path, phase=step.phase, at=again)
            return Next(NextAction.get_content, "GET", path, phase=step.phase)
        case PhaseStatus.content_assigned:
            return _call(account_id, NextAction.start_phase, step.phase)
        case PhaseStatus.in_progress:
            return _call(account_id, NextAction.complete_phase, step.phase)
        case PhaseStatus.requires_review:
            return Next(NextAction.review, "GET", look, phase=step.phase)
        case _:
            return Next(NextAction.wait, "GET", look, phase=step.phase, at=step.available_at)


def _call(account_id: int, action: NextAction, phase: Phase | None) -> Next:
    verb = action.value.replace("_", "-")
    return Next(action, "POST", path_to(account_id, verb, phase), phase=phase)
