"""A session from its first job to its last person. Read from the top: each step asks the next."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import NoReturn

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health
from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import RuleSeen, Skip
from retinue.capabilities.plans.schemas import FileSource, Job, Plan
from retinue.capabilities.settings import service as settings
from retinue.drivers.network.protocol import Identity, Line, Person, Profile
from retinue.workflows.engagement import choosing, filters
from retinue.workflows.engagement.actions import Hands
from retinue.workflows.engagement.budget import Budget, Visit
from retinue.workflows.engagement.control import Progress
from retinue.workflows.engagement.errors import Unseen
from retinue.workflows.engagement.follow_backs import FollowBacks
from retinue.workflows.engagement.looking import Eyes
from retinue.workflows.engagement.pacing import Pace
from retinue.workflows.engagement.patience import Patience
from retinue.workflows.engagement.persons import Encounters
from retinue.workflows.engagement.schemas import (
    Act,
    Action,
    ActResult,
    Candidate,
    Script,
    Workplace,
)
from retinue.workflows.engagement.sources import Sources

logger = logging.getLogger(__name__)

_TAKEN = frozenset({"dedupe_hit", "target_unavailable", "do_not_contact"})


class Story:
    """`hands` and `eyes` share the session's pace; whatever ends the session is raised through all of this."""

    def __init__(
        self, place: Workplace, script: Script, line: Line, *, pace: Pace, progress: Progress
    ) -> None:
        self._place = place
        self._actor = script.actor
        self._plan: Plan = script.plan
        self._pace = pace
        self._progress = progress
        self._patience = Patience(place.clock, progress)
        self._eyes = Eyes(place, script.actor, pace=pace, progress=progress)
        self._hands = Hands(
            place, script.actor, script.plan, pace=pace, eyes=self._eyes, progress=progress
        )
        self._line = line
        self._budget = Budget(script.plan, place.rng)
        self._follow_backs = FollowBacks(
            place, script.actor, line, eyes=self._eyes, patience=self._patience
        )
        self._encounters = Encounters(line, self._eyes, plan=script.plan, rng=place.rng)
        self._own: frozenset[str] = frozenset()
        self._source = ""

    @property
    def hands(self) -> Hands:
        return self._hands

    def tell(self) -> str:
        """
        Work through the plan. Answers why there is nothing left to do.

        Raises:
            EngagementEnds: it ended before that.
        """
        self._pace.begin()
        own_handle = self._log_in().handle
        self._follow_backs.read(own_handle)
        jobs = list(self._plan.jobs)
        if self._plan.shuffle_jobs:
            self._place.rng.shuffle(jobs)
        work = [(job, source) for job in jobs for source in self._sources_of(job)]
        for done, (job, source) in enumerate(work):
            self._pace.check()
            self._budget.check()
            self._work_on(job, source)
            self._progress.reach(100 * (done + 1) / len(work))
        self._progress.begin_job(None)
        self._follow_backs.read(own_handle)
        if self._plan.repeat is not None:
            return "all sources are worked through (`repeat` is not carried out yet)"
        return "all sources are worked through"

    def _log_in(self) -> Identity:
        identity = self._eyes.look(self._line.log_in, is_harmless=False)
        self._write(lambda: self._note_log_in(identity))
        logger.info("logged in as %s", identity.handle)
        return identity

    def _note_log_in(self, identity: Identity) -> None:
        with self._place.database.writing() as db:
            now = self._place.clock.now()
            account = accounts.get(db, self._actor.account_id)
            if account.network_user_id != identity.network_id:
                accounts.set_network_user_id(db, account.id, identity.network_id, now=now)
            if account.health is Health.unknown:
                evidence = {
                    "class": "log_in",
                    "text": "the log-in was accepted",
                    "source": "session",
                }
                accounts.set_health(db, account.id, Health.ok, evidence=evidence, now=now)

    def _sources_of(self, job: Job) -> Sequence[str | FileSource]:
        most = self._plan.truncate_sources.draw(self._place.rng)
        if most <= 0 or most >= len(job.sources):
            return job.sources
        return self._place.rng.sample(job.sources, most)

    def _work_on(self, job: Job, source: str | FileSource) -> None:
        self._source = f"{job.kind}:{source}"
        self._progress.begin_job(self._source)
        self._own = self._own_logins()
        sources = Sources(
            self._line,
            self._eyes,
            actor=self._actor,
            data_dir=self._place.data_dir,
            rng=self._place.rng,
        )
        visit = Visit.of(self._plan, self._place.rng)
        try:
            for page in sources.pages(job, source):
                taken = self._taken(page)
                for candidate in page:
                    if visit.people_left <= 0:
                        return
                    self._pace.check()
                    self._budget.check()
                    self._look_around()
                    self._meet(
                        job, candidate, visit, taken.get(candidate.person.handle, frozenset())
                    )
        except Unseen as unseen:
            logger.warning("%s is left out: %s", self._source, unseen.message)
            self._progress.trouble(f"{self._source}: {unseen.message}")

    def _meet(self, job: Job, candidate: Candidate, visit: Visit, taken: frozenset[Action]) -> None:
        """One candidate: from the cheapest question to the dearest, and then the acts."""
        person = candidate.person
        self._progress.face(person.handle)
        if person.handle.casefold() in self._own:
            self._skip(person, "own_account", [RuleSeen("own_account", person.handle, None, False)])
            return
        wanted = self._wanted(job, visit)
        if not wanted:
            self._skip(person, "percentage", [RuleSeen("percentage", "not drawn", None, False)])
            return
        wanted = [action for action in wanted if not self._is_taken(action, person, taken)]
        if not wanted:
            return
        profile = self._profile(person)
        if profile is None:
            return
        self._budget.spend_profile()
        self._follow_backs.note(profile)
        person = Person(profile.network_id, profile.handle)
        wanted = self._allowed(person, profile, wanted)
        if not wanted:
            return
        acts = self._encounters.acts(
            job, candidate, profile=profile, wanted=wanted, source=self._source
        )
        for skipped in acts.skipped:
            self._skip(person, skipped.rule, [skipped])
        self._act(acts.acts, visit)

    def _act(self, acts: Sequence[Act], visit: Visit) -> None:
        was_engaged = False
        for act in acts:
            result = self._hands.perform(act)
            if result is ActResult.done:
                was_engaged = True
            if result in {ActResult.done, ActResult.unknown}:
                # What may have happened counts, as it does in the ledger's limits.
                self._budget.spend(act.action)
                if act.action is Action.follow and visit.follows_left is not None:
                    visit.follows_left -= 1
        if was_engaged:
            self._budget.spend_person(visit)
            self._progress.reach(self._budget.percent_used)

    def _wanted(self, job: Job, visit: Visit) -> list[Action]:
        """What is to be done to the next person, by the plan's chances; waits while every action rests."""
        open_actions = self._budget.open_actions
        awake = [action for action in open_actions if not self._hands.is_resting(action)]
        if not awake:
            self._hands.rest(open_actions, meanwhile=self._look_around)
            awake = open_actions
        return choosing.drawn(self._plan, job, visit, among=awake, rng=self._place.rng)

    def _look_around(self) -> None:
        """What the account has to do besides the plan, on its own line."""
        if self._place.interlude is not None:
            self._place.interlude(self._actor, self._line, self._eyes.look)

    def _taken(self, page: Sequence[Candidate]) -> dict[str, frozenset[Action]]:
        """Who of the page is known to be out of reach, before a single profile is opened."""
        handles = [candidate.person.handle for candidate in page]
        found: dict[str, set[Action]] = {}
        with self._place.database.reading() as db:
            account = accounts.get(db, self._actor.account_id)
            in_force = settings.current(db)
            now = self._place.clock.now()
            for action in self._budget.open_actions:
                question = ledger.Question(account, action, in_force)
                for one in ledger.should_engage_all(
                    db, question, handles, answers=self._place.answers, now=now
                ):
                    if one.reason in _TAKEN:
                        found.setdefault(one.target, set()).add(action)
        return {handle: frozenset(actions) for handle, actions in found.items()}

    def _is_taken(self, action: Action, person: Person, taken: frozenset[Action]) -> bool:
        if action not in taken:
            return False
        return self._hands.note_taken(Act(action, person, _never, self._source))

    def _profile(self, person: Person) -> Profile | None:
        try:
            return self._eyes.look(lambda: self._line.profile(person.handle))
        except Unseen as unseen:
            if unseen.is_gone:
                self._write(lambda: self._remember_gone(person))
            rule = RuleSeen("profile", unseen.reason, "readable", False, unseen.message)
            self._skip(person, unseen.reason, [rule])
            return None

    def _remember_gone(self, person: Person) -> None:
        with self._place.database.writing() as db:
            now = self._place.clock.now()
            ledger.remember_unavailable(db, self._actor.network, person, now=now)

    def _allowed(self, person: Person, profile: Profile, wanted: list[Action]) -> list[Action]:
        seen: list[RuleSeen] = []
        if not self._plan.disable_filters:
            seen = filters.judge(profile, self._plan.filters)
            if seen and not seen[-1].passed:
                self._skip(person, seen[-1].rule, seen)
                return []
        closed = filters.may_only_follow(profile)
        if closed.passed:
            return wanted
        may_follow = self._plan.filters.follow_private_or_empty
        left: list[Action] = [action for action in wanted if action is Action.follow and may_follow]
        if not left:
            self._skip(person, closed.rule, [*seen, closed])
        return left

    def _skip(self, person: Person, reason: str, rules: Sequence[RuleSeen]) -> None:
        skip = Skip(
            account_id=self._actor.account_id,
            network=self._actor.network,
            target=person,
            reason=reason,
            rules=tuple(rules),
            source=self._source[:190],
            session_id=self._actor.session_id,
        )
        self._write(lambda: self._note_skip(skip))
        self._progress.count("visit", "skipped")

    def _note_skip(self, skip: Skip) -> None:
        with self._place.database.writing() as db:
            ledger.skip(db, skip, now=self._place.clock.now())

    def _write(self, call: Callable[[], None]) -> None:
        """One busy spell of the database does not fail a session."""
        self._patience.keep_trying(call, wait=self._pace.wait)

    def _own_logins(self) -> frozenset[str]:
        """Read for each source: an account that was imported meanwhile is one of ours too."""
        with self._place.database.reading() as db:
            return accounts.own_logins(db, self._actor.network)


def _never() -> NoReturn:
    message = "an act that is only noted is never performed"
    raise AssertionError(message)
