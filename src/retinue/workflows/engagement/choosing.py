"""What is to be done to the next person, by the plan's chances."""

from __future__ import annotations

from collections.abc import Sequence

from retinue.capabilities.plans.schemas import Job, JobKind, Plan
from retinue.foundation.randomness import Random
from retinue.workflows.engagement.budget import Visit
from retinue.workflows.engagement.schemas import Action


def drawn(
    plan: Plan, job: Job, visit: Visit, *, among: Sequence[Action], rng: Random
) -> list[Action]:
    """In the order of `among`, for each action one throw. Nothing where the person is passed over."""
    if job.kind is JobKind.hashtag_posts_recent and not plan.interact_percentage.happens(rng):
        return []
    chances = {
        Action.view: plan.stories_percentage,
        Action.like: plan.likes_percentage,
        Action.comment: plan.comment_percentage,
        Action.follow: plan.follow_percentage,
    }
    counts = {
        Action.view: plan.stories_count,
        Action.like: plan.likes_count,
        Action.comment: plan.max_comments_pro_user,
    }
    return [
        action
        for action in among
        if not (action is Action.follow and visit.follows_left == 0)
        and (action not in counts or counts[action].draw(rng) > 0)
        and chances[action].happens(rng)
    ]
