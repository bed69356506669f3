"""What exactly is done to a person: on which post, in which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import RuleSeen
from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.schemas import Job, Plan
from retinue.drivers.network.protocol import Line, Person, Post, Profile
from retinue.foundation.randomness import Random
from retinue.workflows.engagement import filters
from retinue.workflows.engagement.errors import Unseen
from retinue.workflows.engagement.looking import Eyes
from retinue.workflows.engagement.schemas import Act, Action, Candidate


@dataclass(slots=True)
class Chosen:
    """The acts in order, and why others that were wanted are left out."""

    acts: list[Act] = field(default_factory=list)
    skipped: list[RuleSeen] = field(default_factory=list)


class Encounters:
    def __init__(self, line: Line, eyes: Eyes, *, plan: Plan, rng: Random) -> None:
        self._line = line
        self._eyes = eyes
        self._plan = plan
        self._rng = rng

    def acts(
        self,
        job: Job,
        candidate: Candidate,
        *,
        profile: Profile,
        wanted: Sequence[Action],
        source: str,
    ) -> Chosen:
        """Reads the person's posts only when an act needs one."""
        chosen = Chosen()
        person = Person(profile.network_id, profile.handle)
        needs_post = bool({Action.like, Action.comment} & set(wanted))
        posts = self._posts(candidate, profile, chosen) if needs_post else []
        for action in wanted:
            act = self._act(action, job, person, posts=posts, source=source)
            if isinstance(act, Act):
                chosen.acts.append(act)
            else:
                chosen.skipped.append(act)
        return chosen

    def _act(
        self, action: Action, job: Job, person: Person, *, posts: Sequence[Post], source: str
    ) -> Act | RuleSeen:
        match action:
            case Action.view:
                return Act(action, person, lambda: self._line.view(person.network_id), source)
            case Action.follow:
                return Act(action, person, lambda: self._line.follow(person.network_id), source)
            case Action.like:
                post = next((post for post in posts if not post.is_liked), None)
                if post is None:
                    return RuleSeen("post_to_like", len(posts), "a post not liked yet", False)
                post_id = post.network_id
                return Act(action, person, lambda: self._line.like(post_id), source, post_id)
            case Action.comment:
                return self._comment(job, person, posts=posts, source=source)

    def _comment(
        self, job: Job, person: Person, *, posts: Sequence[Post], source: str
    ) -> Act | RuleSeen:
        if not self._plan.filters.comment_in_job.get(job.kind, True):
            return RuleSeen("comment_in_job", job.kind.value, True, False)
        found = next((post for post in posts if self._lines_for(post)), None)
        if found is not None:
            text = plans.spin(self._rng.choice(self._lines_for(found)), self._rng)
            post_id = found.network_id
            return Act(
                Action.comment,
                person,
                lambda: self._line.comment(post_id, text),
                source,
                post_id,
                ledger.text_hash(text),
            )
        return RuleSeen("post_to_comment", len(posts), "a post that may get a comment", False)

    def _lines_for(self, post: Post) -> tuple[str, ...]:
        """The texts that the post may get; none where its kind gets no comment."""
        if not self._plan.filters.comment_on_media.get(post.media.value, True):
            return ()
        return self._plan.comments_by_media.get(post.media.value) or self._plan.comments

    def _posts(self, candidate: Candidate, profile: Profile, chosen: Chosen) -> list[Post]:
        """The post that led to the person, or their own, the newest first."""
        if candidate.post is not None:
            posts = [candidate.post]
        else:
            try:
                posts = self._eyes.look(lambda: self._line.posts(profile.handle)).items
            except Unseen as unseen:
                rule = RuleSeen("posts", unseen.reason, "readable", False, unseen.message)
                chosen.skipped.append(rule)
                return []
        return [post for post in posts if filters.fits_likers(post, self._plan.filters)]
