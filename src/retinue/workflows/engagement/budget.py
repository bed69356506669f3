"""What a session may still do: totals drawn once for the session, counts drawn for each source."""

from __future__ import annotations

from dataclasses import dataclass

from retinue.capabilities.plans.schemas import Plan
from retinue.foundation.randomness import Random
from retinue.workflows.engagement.errors import EngagementEnds
from retinue.workflows.engagement.schemas import Action

_NAMES = {
    Action.view: "total-watches-limit",
    Action.like: "total-likes-limit",
    Action.comment: "total-comments-limit",
    Action.follow: "total-follows-limit",
}


@dataclass(slots=True)
class Visit:
    """The work on one source."""

    people_left: int
    follows_left: int | None

    @classmethod
    def of(cls, plan: Plan, rng: Random) -> Visit:
        follows = None if plan.follow_limit is None else plan.follow_limit.draw(rng)
        return cls(plan.interactions_count.draw(rng), follows)


class Budget:
    def __init__(self, plan: Plan, rng: Random) -> None:
        self._plan = plan
        self.people = plan.total_successful_interactions_limit.draw(rng)
        self.profiles = plan.total_interactions_limit.draw(rng)
        self._left = {
            Action.view: plan.total_watches_limit.draw(rng),
            Action.like: plan.total_likes_limit.draw(rng),
            Action.comment: plan.total_comments_limit.draw(rng),
            Action.follow: plan.total_follows_limit.draw(rng),
        }
        self._ends_session = {
            Action.view: plan.end_if_watches_limit_reached,
            Action.like: plan.end_if_likes_limit_reached,
            Action.comment: plan.end_if_comments_limit_reached,
            Action.follow: plan.end_if_follows_limit_reached,
        }
        self._most_people = max(1, self.people)

    @property
    def asked_for(self) -> list[Action]:
        """The actions that the plan could lead to at all."""
        plan = self._plan
        asked = {
            Action.view: plan.stories_count.high > 0 and plan.stories_percentage.high > 0,
            Action.like: plan.likes_count.high > 0 and plan.likes_percentage.high > 0,
            Action.comment: plan.max_comments_pro_user.high > 0
            and plan.comment_percentage.high > 0
            and bool(plan.comments or plan.comments_by_media),
            Action.follow: plan.follow_percentage.high > 0,
        }
        return [action for action in Action if asked[action]]

    @property
    def open_actions(self) -> list[Action]:
        return [action for action in self.asked_for if self._left[action] > 0]

    @property
    def percent_used(self) -> float:
        return 100 * (1 - max(0, self.people) / self._most_people)

    def check(self) -> None:
        """
        Raises:
            EngagementEnds: a total of the session is reached.
        """
        if self.people <= 0:
            raise EngagementEnds.completed("total-successful-interactions-limit reached")
        if self.profiles <= 0:
            raise EngagementEnds.completed("total-interactions-limit reached")
        asked = self.asked_for
        if not asked:
            raise EngagementEnds.completed("the plan asks for no action")
        for action in asked:
            if self._left[action] <= 0 and self._ends_session[action]:
                raise EngagementEnds.completed(f"{_NAMES[action]} reached")
        if not self.open_actions:
            names = ", ".join(_NAMES[action] for action in asked)
            raise EngagementEnds.completed(f"{names} reached")

    def spend_profile(self) -> None:
        self.profiles -= 1

    def spend(self, action: Action) -> None:
        self._left[action] -= 1

    def spend_person(self, visit: Visit) -> None:
        self.people -= 1
        visit.people_left -= 1
