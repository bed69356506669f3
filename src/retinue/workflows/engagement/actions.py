"""
One act on one person: promised, performed, written down.

The promise is committed before anything is sent. No transaction is open while the
network is asked, because an answer can take half a minute.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from retinue.capabilities.ledger import service as ledger
from retinue.capabilities.ledger.models import AttemptState, EventStatus
from retinue.capabilities.ledger.schemas import (
    Declined,
    DeclineKind,
    Outcome,
    Reserved,
    Settled,
)
from retinue.capabilities.plans.schemas import Plan
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation import failpoints
from retinue.foundation.clock import real
from retinue.workflows.engagement.control import Progress
from retinue.workflows.engagement.errors import EngagementEnds
from retinue.workflows.engagement.journal import Intended, Journal
from retinue.workflows.engagement.looking import Eyes
from retinue.workflows.engagement.pacing import Pace
from retinue.workflows.engagement.patience import Patience
from retinue.workflows.engagement.promising import Promises
from retinue.workflows.engagement.schemas import Act, Action, Actor, ActResult, Workplace

_REST_WORTH_WAITING = timedelta(minutes=61)
_STALE_PROMISE = timedelta(minutes=2)
"""Longer than a commit is waited for, shorter than the wait before an absence is believed."""


class Hands:
    """Performs the acts of one session, one at a time."""

    def __init__(
        self,
        place: Workplace,
        actor: Actor,
        plan: Plan,
        *,
        pace: Pace,
        eyes: Eyes,
        progress: Progress,
    ) -> None:
        self._place = place
        self._actor = actor
        self._plan = plan
        self._pace = pace
        self._eyes = eyes
        self._progress = progress
        self._patience = Patience(place.clock, progress)
        self._promises = Promises(place, actor, plan, pace=pace, patience=self._patience)
        name = actor.journal or actor.session_id or ""
        self._journal = Journal(place.data_dir, name, clock=place.clock)
        self._is_acting = False
        self._rests_until: dict[Action, datetime] = {}

    def on_phase(self, phase: CallPhase) -> None:
        """Given to the driver; reads pass through it too, and are no acts."""
        if self._is_acting and phase is CallPhase.sent:
            failpoints.reach("after_request_sent")

    def close(self) -> None:
        self._journal.close()

    def is_resting(self, action: Action) -> bool:
        until = self._rests_until.get(action)
        return until is not None and until > self._place.clock.now()

    def rest(self, actions: list[Action], *, meanwhile: Callable[[], None]) -> None:
        """
        Every action has used up its limit: wait for the first to be free again, with what may be done meanwhile.

        Raises:
            EngagementEnds: that would take longer than an hour.
        """
        until = min(self._rests_until[action] for action in actions)
        if until - self._place.clock.now() > _REST_WORTH_WAITING:
            raise EngagementEnds.completed(f"limits are used up until {until:%Y-%m-%d %H:%M} UTC")
        self._pace.wait_until(until, meanwhile=meanwhile)

    def perform(self, act: Act) -> ActResult:
        """
        Raises:
            EngagementEnds: the session may not go on.
        """
        apart = self._spacing(act.action)
        while True:
            last = self._promises.last_at(act.action)
            if last is not None and apart is not None:
                self._pace.wait_until(last + timedelta(seconds=apart))
            self._pace.check()
            promised = self._place.clock.now()
            answer = self._promises.ask(act, apart)
            if isinstance(answer, Reserved):
                return self._carry_out(act, answer, promised)
            result = self._take_no(act, answer)
            if result is not None:
                return result

    def attempt(self, act: Act) -> Settled | Declined:
        """
        As `perform`, for whoever can wait elsewhere: asked once, a no is handed back as it is, and
        so is what a failure asks of the account.

        Raises:
            EngagementEnds: nothing may be sent at all.
        """
        promised = self._place.clock.now()
        answer = self._promises.ask(act, None)
        return answer if isinstance(answer, Declined) else self._do(act, answer, promised)

    def note_taken(self, act: Act) -> bool:
        """
        Let the ledger say that a person is taken who was found taken in passing.

        False when they have become free meanwhile; the right that was taken is given back.
        """
        answer = self._promises.ask(act, 0.0)
        if isinstance(answer, Declined):
            self._count(act, answer)
            return answer.is_about_target
        message = "not tried: the person was thought taken"
        self._settle(
            answer.attempt_id,
            Outcome(AttemptState.refused, phase=CallPhase.not_sent, message=message),
        )
        return False

    def _spacing(self, action: Action) -> float | None:
        """Seconds since the act before, by the plan where it says so; drawn anew for each act."""
        span = self._plan.intervals.get(action)
        return None if span is None else span.draw(self._place.rng)

    def _carry_out(self, act: Act, promise: Reserved, promised: datetime) -> ActResult:
        settled = self._do(act, promise, promised)
        self._progress.count(act.action, _status_of(settled).value)
        if settled.consequence is not None:
            self._eyes.heed(settled.consequence)
        if settled.state is AttemptState.confirmed:
            return ActResult.done
        return ActResult.unknown if settled.state is AttemptState.unknown else ActResult.refused

    def _do(self, act: Act, promise: Reserved, promised: datetime) -> Settled:
        self._write_ahead(act, promise)
        started = self._place.clock.monotonic()
        self._is_acting = True
        try:
            self._check_is_timely(promised)
            act.call()
        except DriverError as error:
            outcome = ledger.outcome_of(error, latency_ms=self._milliseconds(started))
            self._progress.trouble(f"{error.failure}: {error.message}")
        else:
            latency = self._milliseconds(started)
            outcome = Outcome(AttemptState.confirmed, phase=CallPhase.answered, latency_ms=latency)
        finally:
            self._is_acting = False
            self._progress.touch()
        failpoints.reach("after_answer")
        return self._settle(promise.attempt_id, outcome)

    def _check_is_timely(self, promised: datetime) -> None:
        """
        Whoever slept on a promise lets it go: it may have been given up meanwhile, looked for and
        found absent, and then somebody else may act in its place.
        """
        if self._place.clock.now() - promised > real(_STALE_PROMISE):
            raise DriverError(
                FailureClass.transient,
                phase=CallPhase.not_sent,
                message="not tried: too long after it was promised",
            )

    def _write_ahead(self, act: Act, promise: Reserved) -> None:
        """
        On disk outside the database too, before anything is sent: it outlives a restored backup.

        Raises:
            EngagementEnds: the journal cannot be written, so nothing may be sent.
        """
        actor = self._actor
        intended = Intended(
            attempt=promise.attempt_id,
            account=actor.login,
            network=actor.network,
            person=act.target.network_id,
            handle=act.target.handle,
            action=act.action.value,
            object_id=act.object_id,
            session=actor.session_id,
            fence=actor.fence,
            at=self._place.clock.now(),
            task=actor.task_id,
        )
        try:
            self._journal.intend(intended)
        except OSError as error:
            message = f"not sent: the intent journal cannot be written ({error.strerror or error})"
            nothing = Outcome(AttemptState.refused, phase=CallPhase.not_sent, message=message)
            self._settle(promise.attempt_id, nothing)
            raise EngagementEnds.failed(message) from error

    def _settle(self, attempt_id: str, outcome: Outcome) -> Settled:
        def write() -> Settled:
            with self._place.database.writing() as db:
                settled = ledger.settle(
                    db,
                    attempt_id,
                    outcome,
                    settings=settings.current(db),
                    rng=self._place.rng,
                    now=self._place.clock.now(),
                )
                failpoints.reach("before_settle_commit")
                return settled

        def note(*, is_urgent: bool) -> None:
            self._journal.learn(attempt_id, outcome.state, is_urgent=is_urgent)

        # An outcome that is known must be written down even when a stop has been asked for meanwhile.
        settled = self._patience.keep_trying(write, on_trouble=lambda: note(is_urgent=True))
        note(is_urgent=False)
        return settled

    def _take_no(self, act: Act, no: Declined) -> ActResult | None:
        """What a decline means; None to ask again, after the wait that it asked for."""
        match no.kind:
            case _ if no.is_about_target:
                self._count(act, no)
                return ActResult.taken
            case DeclineKind.limit if no.rule == "interval" and no.until is not None:
                self._pace.wait_until(no.until)
                return None
            case DeclineKind.limit:
                far = self._place.clock.now() + timedelta(days=1)
                self._rests_until[act.action] = no.until or far
                self._count(act, no)
                return ActResult.resting
            case DeclineKind.cooldown if no.rule == "backoff" and no.until is not None:
                self._pace.wait_until(no.until)
                return None
            case DeclineKind.cooldown:
                raise EngagementEnds.completed(f"{no.reason} (until {no.until})")
            case DeclineKind.paused if no.rule == "action_paused":
                self._rests_until[act.action] = self._place.clock.now() + timedelta(minutes=5)
                return ActResult.resting
            case DeclineKind.paused:
                raise EngagementEnds.stopped(no.reason)
            case DeclineKind.lease_lost:
                raise EngagementEnds.lost(no.reason)
        raise EngagementEnds.failed(no.reason)

    def _count(self, act: Act, no: Declined) -> None:
        is_hit = no.kind is DeclineKind.dedupe_hit
        self._progress.count(act.action, "dedupe_hit" if is_hit else "skipped")

    def _milliseconds(self, started: float) -> int:
        return round((self._place.clock.monotonic() - started) * 1000)


def _status_of(settled: Settled) -> EventStatus:
    """A settling that had to be repeated may have been done the first time, and tells no status then."""
    if settled.status is not None:
        return settled.status
    match settled.state:
        case AttemptState.confirmed:
            return EventStatus.success
        case AttemptState.unknown:
            return EventStatus.unknown
    return EventStatus.failed
