"""The promise before an act: asked of the ledger in one transaction, committed before anything is sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.schemas import Declined, DeclineKind, IntentRequest, Reserved
from retinue.capabilities.plans.schemas import Plan
from retinue.capabilities.safety.schemas import PlanLimits
from retinue.capabilities.sessions import service as sessions
from retinue.capabilities.sessions.errors import SessionOver
from retinue.capabilities.settings import service as settings
from retinue.foundation import failpoints
from retinue.foundation.database import health
from retinue.workflows.engagement.errors import EngagementEnds
from retinue.workflows.engagement.pacing import Pace
from retinue.workflows.engagement.patience import Patience
from retinue.workflows.engagement.schemas import Act, Action, Actor, Workplace


class Promises:
    """What one session asks for, act by act."""

    def __init__(
        self, place: Workplace, actor: Actor, plan: Plan, *, pace: Pace, patience: Patience
    ) -> None:
        self._place = place
        self._actor = actor
        self._plan = plan
        self._pace = pace
        self._patience = patience
        self._warrant = place.warrant or SessionWarrant(actor)
        self._last_at: dict[Action, datetime] = {}

    def last_at(self, action: Action) -> datetime | None:
        return self._last_at.get(action)

    def ask(self, act: Act, apart: float | None) -> Reserved | Declined:
        """
        `apart` is the least number of seconds since the act of this kind before, where the plan says so.

        Raises:
            EngagementEnds: the session is over, or the database is known to be damaged.
        """
        damage = health.known_damage(self._place.data_dir)
        if damage is not None:
            raise EngagementEnds.failed(damage)
        self._place.answers.forget(self._actor.network, act.target.handle)
        answer = self._try(act, apart)
        is_lost = isinstance(answer, Declined) and answer.kind is DeclineKind.lease_lost
        if is_lost and self._keep_account():
            # It had merely run out: the clock was moved, or the machine slept.
            answer = self._try(act, apart)
        return answer

    def _try(self, act: Act, apart: float | None) -> Reserved | Declined:
        # A promise whose commit was answered by nobody meets itself and is declined: nothing is sent for it.
        return self._patience.keep_trying(lambda: self._promise(act, apart), wait=self._pace.wait)

    def _promise(self, act: Act, apart: float | None) -> Reserved | Declined:
        actor, jumps = self._actor, self._place.jumps
        now = self._place.clock.now()
        if jumps is not None:
            jumps.look()
        request = IntentRequest(
            account_id=actor.account_id,
            network=actor.network,
            action=act.action.value,
            target=act.target,
            fence=actor.fence,
            object_id=act.object_id,
            text_hash=act.text_hash,
            source=act.source[:190],
            session_id=actor.session_id,
            task_id=actor.task_id,
            plan_limits=PlanLimits(
                per_hour=self._plan.hourly_limits.get(act.action),
                per_day=self._plan.daily_limits.get(act.action),
                seconds_apart=apart,
            ),
            jumps=jumps,
        )
        with self._place.database.writing() as db:
            self._warrant.ensure(db, now=now)
            answer = ledger.reserve(db, request, settings=settings.current(db), now=now)
            if isinstance(answer, Reserved):
                failpoints.reach("before_intent_commit")
        if isinstance(answer, Reserved):
            failpoints.reach("after_intent_commit")
            self._last_at[act.action] = now
        return answer

    def _keep_account(self) -> bool:
        def keep() -> bool:
            with self._place.database.writing() as db:
                return self._warrant.keep_account(db, now=self._place.clock.now())

        return self._patience.keep_trying(keep, wait=self._pace.wait)


class SessionWarrant:
    """A session may act until it is asked to stop, has ended, or its time is up."""

    def __init__(self, actor: Actor) -> None:
        if actor.session_id is None:
            message = "an actor without a session needs a warrant of its own"
            raise ValueError(message)
        self._session_id = actor.session_id
        self._fence = actor.fence
        self._account_id = actor.account_id

    def ensure(self, db: Session, *, now: datetime) -> None:
        try:
            sessions.ensure_may_act(db, self._session_id, fence=self._fence, now=now)
        except SessionOver as over:
            raise EngagementEnds.stopped(over.message) from over

    def keep_account(self, db: Session, *, now: datetime) -> bool:
        return sessions.keep_account(
            db, self._session_id, fence=self._fence, account_id=self._account_id, now=now
        )
