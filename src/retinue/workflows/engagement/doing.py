"""One action on one person: the waits before it, the act, and what follows from its outcome."""

from __future__ import annotations

from dataclasses import dataclass

from retinue.capabilities.ledger.models import EventStatus
from retinue.capabilities.ledger.schemas import Declined, DeclineKind, IntentRequest, Settled
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.schemas import Job
from retinue.capabilities.safety.schemas import PlanLimits
from retinue.capabilities.sessions.errors import SessionOver
from retinue.capabilities.sessions.models import SessionStatus
from retinue.drivers.network.protocol import Person, Post, Profile
from retinue.workflows.engagement import pacing
from retinue.workflows.engagement.acting import Act, act_once
from retinue.workflows.engagement.assignment import Assignment, SessionEnds
from retinue.workflows.engagement.sources import Candidate


@dataclass(slots=True)
class Stay:
    """One candidate in one job, as far as it has come."""

    work: Assignment
    job: Job
    source: str
    candidate: Candidate
    follows_left: int | None
    """Follows that the source still allows; none is no limit."""
    is_engaged: bool = False
    follows: int = 0


def do(stay: Stay, action: str, *, profile: Profile, post: Post | None) -> None:
    """One action on the person: waits where a limit asks for it, gives up where the person is taken."""
    work = stay.work
    while True:
        pacing.check_may_go_on(work)
        if _is_used_up(work, action) or _rests(work, action):
            return
        try:
            result = act_once(work, _act(stay, action, profile=profile, post=post))
        except SessionOver as error:
            raise SessionEnds(SessionStatus.stopped, error.message) from error
        if isinstance(result, Settled):
            _after(stay, action, result)
            return
        if not _wait_out(stay, action, result):
            return


def _act(stay: Stay, action: str, *, profile: Profile, post: Post | None) -> Act:
    work, plan = stay.work, stay.work.plan
    interval = plan.intervals.get(action)
    request = IntentRequest(
        account_id=work.account.id,
        persona_id=work.account.persona_id,
        network=work.account.network,
        action=action,
        target=Person(network_id=profile.network_id, handle=profile.handle),
        fence=work.fence,
        object_id=post.network_id if post and action in {"like", "comment"} else None,
        source=stay.source,
        session_id=work.session_id,
        plan_limits=PlanLimits(
            per_hour=plan.hourly_limits.get(action),
            per_day=plan.daily_limits.get(action),
            seconds_apart=interval.draw(work.runtime.rng) if interval else None,
        ),
    )
    if action == "follow":
        return Act(request, lambda: work.line.follow(profile.network_id))
    if action == "view" or post is None:
        return Act(request, lambda: work.line.view(profile.network_id))
    if action == "like":
        return Act(request, lambda: work.line.like(post.network_id))
    rng = work.runtime.rng
    text = plans.spin(rng.choice(comment_lines(stay, post)), rng)
    return Act(request, lambda: work.line.comment(post.network_id, text))


def _after(stay: Stay, action: str, settled: Settled) -> None:
    work = stay.work
    status = settled.status or EventStatus.unknown
    work.progress.count(action, status.value)
    if status is EventStatus.success:
        stay.is_engaged = True
        stay.follows += action == "follow"
    consequence = settled.consequence
    if consequence is None:
        return
    if settled.ends_session:
        reason = f"the network stopped the account: {consequence.verdict.reaction}"
        raise SessionEnds(SessionStatus.failed, reason, error=work.progress.beat().last_error)
    if consequence.standing.cooldown_until is not None:
        raise SessionEnds(SessionStatus.completed, "the account is cooling down")
    if consequence.wait_until is not None:
        pacing.wait_until(work, consequence.wait_until, why="the network asked for a pause")


_PAUSE_POLL_SECONDS = 5.0


def _wait_out(stay: Stay, action: str, declined: Declined) -> bool:
    """
    What a no means for this action: True where asking again makes sense.

    Raises:
        SessionEnds: the no is about the account, and waiting does not help.
    """
    work = stay.work
    if declined.is_about_target:
        work.progress.count(
            action, "dedupe_hit" if declined.kind is DeclineKind.dedupe_hit else "skipped"
        )
        return False
    if declined.kind is DeclineKind.limit and declined.until is not None:
        if declined.rule == "interval":
            pacing.wait_until(work, declined.until, why=declined.reason)
            return True
        work.resting[action] = declined.until
        return False
    if declined.kind is DeclineKind.cooldown and declined.rule == "backoff" and declined.until:
        pacing.wait_until(work, declined.until, why=declined.reason)
        return True
    if declined.kind is DeclineKind.paused:
        work.progress.at(job=declined.reason)
        work.runtime.clock.sleep(_PAUSE_POLL_SECONDS, until=work.stop)
        return True
    status = (
        SessionStatus.lost if declined.kind is DeclineKind.lease_lost else SessionStatus.completed
    )
    raise SessionEnds(status, declined.reason)


def _is_used_up(work: Assignment, action: str) -> bool:
    total = work.totals.by_action[action]
    if work.progress.counted(action, "success") < total:
        return False
    if _ends_with(work, action):
        raise SessionEnds(
            SessionStatus.completed, f"the session's {total} {action} actions are done"
        )
    return True


def _ends_with(work: Assignment, action: str) -> bool:
    plan = work.plan
    return {
        "like": plan.end_if_likes_limit_reached,
        "follow": plan.end_if_follows_limit_reached,
        "view": plan.end_if_watches_limit_reached,
        "comment": plan.end_if_comments_limit_reached,
    }[action]


def _rests(work: Assignment, action: str) -> bool:
    until = work.resting.get(action)
    if until is None or until > work.now():
        return until is not None
    del work.resting[action]
    return False


def comment_lines(stay: Stay, post: Post) -> tuple[str, ...]:
    plan = stay.work.plan
    return plan.comments_by_media.get(post.media) or plan.comments
