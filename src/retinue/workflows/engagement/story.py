"""
A session from beginning to end: jobs in the order of the plan, their sources, the people of each.
"""

from __future__ import annotations

from retinue.capabilities.plans.schemas import FileSource, Job, Plan
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.sessions.schemas import Ending
from retinue.foundation.randomness import Random
from retinue.workflows.engagement import pacing, sources
from retinue.workflows.engagement.assignment import ACTIONS, Assignment, SessionEnds, Totals
from retinue.workflows.engagement.doing import Stay
from retinue.workflows.engagement.reading import Unreadable
from retinue.workflows.engagement.sources import Batch, ListMissing
from retinue.workflows.engagement.visit import visit


def run(work: Assignment) -> Ending:
    """Work until the sources are exhausted, a limit or the hours end it, or somebody stops it."""
    try:
        jobs = _in_order(work.plan, work.runtime.rng)
        steps = [(job, source) for job in jobs for source in _sources_of(job, work)]
        for done, (job, source) in enumerate(steps):
            pacing.check_may_go_on(work)
            work.progress.percent(100 * done / len(steps))
            _work_source(work, job, source)
            _rest_if_needed(work)
    except SessionEnds as over:
        return over.ending
    work.progress.percent(100)
    if not steps:
        return Ending(
            SessionStatus.completed, "the plan has no job: add one, such as blogger-followers"
        )
    return Ending(SessionStatus.completed, "every source of the plan was worked through")


def draw_totals(plan: Plan, rng: Random) -> Totals:
    return Totals(
        successes=plan.total_successful_interactions_limit.draw(rng),
        visits=plan.total_interactions_limit.draw(rng),
        by_action={
            "like": plan.total_likes_limit.draw(rng),
            "follow": plan.total_follows_limit.draw(rng),
            "view": plan.total_watches_limit.draw(rng),
            "comment": plan.total_comments_limit.draw(rng),
        },
    )


def _in_order(plan: Plan, rng: Random) -> list[Job]:
    jobs = list(plan.jobs)
    if plan.shuffle_jobs:
        rng.shuffle(jobs)
    return jobs


def _sources_of(job: Job, work: Assignment) -> list[str | FileSource]:
    found = list(job.sources)
    at_most = work.plan.truncate_sources.draw(work.runtime.rng)
    if at_most:
        work.runtime.rng.shuffle(found)
        return found[:at_most]
    return found


def _work_source(work: Assignment, job: Job, source: str | FileSource) -> None:
    plan, rng = work.plan, work.runtime.rng
    label = sources.label(job, source)
    wanted = plan.interactions_count.draw(rng)
    follows_left = plan.follow_limit.draw(rng) if plan.follow_limit else None
    engaged = 0
    try:
        for batch in sources.candidates(work, job, source):
            for stay in _stays(work, job, label, batch):
                work.progress.at(job=label, target=stay.candidate.person.handle)
                stay.follows_left = follows_left
                visit(stay)
                engaged += stay.is_engaged
                if follows_left is not None:
                    follows_left -= stay.follows
                _check_totals(work)
                if engaged >= wanted or _all_rest(work):
                    return
    except (Unreadable, ListMissing) as error:
        # One source that cannot be seen is no reason to leave the others alone.
        work.progress.failed(f"{label}: {error}")


def _stays(work: Assignment, job: Job, label: str, batch: Batch) -> list[Stay]:
    return [
        Stay(work=work, job=job, source=label, candidate=candidate, follows_left=None)
        for candidate in batch
    ]


def _check_totals(work: Assignment) -> None:
    done = work.progress.total("success")
    if done >= work.totals.successes:
        raise SessionEnds(
            SessionStatus.completed, f"the session's {done} successful interactions are done"
        )
    if work.visits >= work.totals.visits:
        raise SessionEnds(
            SessionStatus.completed, f"the session's {work.visits} profiles are opened"
        )


def _wanted_actions(plan: Plan) -> list[str]:
    chances = {
        "view": plan.stories_percentage.high if plan.stories_count.high else 0,
        "like": plan.likes_percentage.high,
        "comment": plan.comment_percentage.high,
        "follow": plan.follow_percentage.high,
    }
    return [action for action in ACTIONS if chances[action] > 0]


def _all_rest(work: Assignment) -> bool:
    """Every action that the plan wants is held by a limit."""
    wanted = _wanted_actions(work.plan)
    return bool(wanted) and all(action in work.resting for action in wanted)


def _rest_if_needed(work: Assignment) -> None:
    """Wait for the first limit to end; a day's limit ends the session instead."""
    if _all_rest(work):
        first = min(work.resting.values())
        pacing.wait_until(work, first, why="the limits of every action are reached")
        work.resting = {action: until for action, until in work.resting.items() if until > first}
