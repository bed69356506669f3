"""One person: look, judge, roll the dice, act. Whatever is left undone has its reason written down."""

from __future__ import annotations

from dataclasses import dataclass

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import EventStatus
from retinue.capabilities.ledger.schemas import (
    Declined,
    DeclineKind,
    IntentRequest,
    RuleSeen,
    Settled,
    Skip,
)
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.schemas import Job, JobKind
from retinue.capabilities.safety.schemas import PlanLimits
from retinue.capabilities.sessions.errors import SessionOver
from retinue.capabilities.sessions.models import SessionStatus
from retinue.drivers.errors import FailureClass
from retinue.drivers.network.protocol import Person, Post, Profile
from retinue.workflows.engagement import filters, pacing
from retinue.workflows.engagement.acting import Act, act_once
from retinue.workflows.engagement.assignment import ACTIONS, Assignment, SessionEnds
from retinue.workflows.engagement.reading import Unreadable, read
from retinue.workflows.engagement.sources import Candidate

VISIT = "visit"


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


def visit(stay: Stay) -> None:
    """
    Raises:
        SessionEnds: a stop, a total, or what the network said of the account.
    """
    work, person = stay.work, stay.candidate.person
    if person.handle.casefold() in work.own_handles:
        seen = RuleSeen(
            "own_account", person.handle, None, passed=False, message="one of our own accounts"
        )
        return _skip(stay, (seen,), "own account")
    work.visits += 1
    try:
        profile = read(work, lambda: work.line.profile(person.handle))
    except Unreadable as error:
        return _unseen(stay, error)
    rules = () if work.plan.disable_filters else filters.judge(profile, work.plan.filters)
    if rules and not rules[-1].passed:
        return _skip(stay, rules, rules[-1].message or rules[-1].rule)
    post = _post_for(stay, profile)
    chosen = _roll(stay, profile, post)
    if not chosen:
        seen = RuleSeen("percentages", 0, None, passed=False, message="the dice chose no action")
        return _skip(stay, (*rules, seen), "no action was chosen")
    for action in chosen:
        _do(stay, action, profile=profile, post=post)


def _post_for(stay: Stay, profile: Profile) -> Post | None:
    """The post through which the person was found, else their newest one."""
    plan = stay.work.plan
    if stay.candidate.post is not None:
        return stay.candidate.post
    needs_post = plan.likes_percentage.high > 0 or plan.comment_percentage.high > 0
    if not needs_post or profile.post_count == 0 or profile.is_private:
        return None
    try:
        posts = read(stay.work, lambda: stay.work.line.posts(profile.handle)).items
    except Unreadable:
        return None
    return posts[0] if posts else None


def _roll(stay: Stay, profile: Profile, post: Post | None) -> list[str]:
    plan, rng = stay.work.plan, stay.work.runtime.rng
    if stay.job.kind is JobKind.hashtag_posts_recent and not plan.interact_percentage.happens(rng):
        return []
    is_closed = profile.is_private or profile.post_count == 0
    may_follow = not profile.is_followed and (plan.filters.follow_private_or_empty or not is_closed)
    chances = {
        "view": plan.stories_count.draw(rng) > 0
        and not profile.is_private
        and plan.stories_percentage.happens(rng),
        "like": post is not None and not post.is_liked and plan.likes_percentage.happens(rng),
        "comment": _may_comment(stay, post) and plan.comment_percentage.happens(rng),
        "follow": may_follow
        and (stay.follows_left is None or stay.follows_left > 0)
        and plan.follow_percentage.happens(rng),
    }
    return [action for action in ACTIONS if chances[action]]


def _may_comment(stay: Stay, post: Post | None) -> bool:
    wanted = stay.work.plan.filters
    return (
        post is not None
        and bool(_comment_lines(stay, post))
        and wanted.comment_on_media.get(post.media, True)
        and wanted.comment_in_job.get(stay.job.kind, True)
    )


def _comment_lines(stay: Stay, post: Post) -> tuple[str, ...]:
    plan = stay.work.plan
    return plan.comments_by_media.get(post.media) or plan.comments


def _do(stay: Stay, action: str, *, profile: Profile, post: Post | None) -> None:
    """One action on the person: waits where a limit asks for it, gives up where the person is taken."""
    work = stay.work
    while True:
        pacing.check_may_go_on(work)
        if _is_used_up(work, action) or _rests(work, action):
            return None
        try:
            result = act_once(work, _act(stay, action, profile=profile, post=post))
        except SessionOver as error:
            raise SessionEnds(SessionStatus.stopped, error.message) from error
        if isinstance(result, Settled):
            return _after(stay, action, result)
        if not _wait_out(stay, action, result):
            return None


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
    text = plans.spin(rng.choice(_comment_lines(stay, post)), rng)
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


def _unseen(stay: Stay, error: Unreadable) -> None:
    work, now = stay.work, stay.work.now()
    if error.failure is FailureClass.not_found:
        with work.runtime.database.writing() as db:
            ledger.remember_unavailable(db, work.account.network, stay.candidate.person, now=now)
    seen = RuleSeen("readable", error.failure.value, None, passed=False, message=error.message)
    _skip(stay, (seen,), error.message)


def _skip(stay: Stay, rules: tuple[RuleSeen, ...], reason: str) -> None:
    work = stay.work
    skipped = Skip(
        account_id=work.account.id,
        network=work.account.network,
        target=stay.candidate.person,
        reason=reason,
        rules=rules,
        source=stay.source,
        session_id=work.session_id,
    )
    with work.runtime.database.writing() as db:
        ledger.skip(db, skipped, now=work.now())
    work.progress.count(VISIT, "skipped")
