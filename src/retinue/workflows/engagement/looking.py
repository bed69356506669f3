"""Reads of the network: repeated where that is harmless, and taken as a sign to stop where they are one."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.proxies import service as proxies
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import Consequence, Failure, Reaction
from retinue.capabilities.settings import service as settings
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.workflows.engagement.control import Progress
from retinue.workflows.engagement.errors import EngagementEnds, Unseen
from retinue.workflows.engagement.pacing import Pace
from retinue.workflows.engagement.patience import Patience
from retinue.workflows.engagement.schemas import Actor, Workplace

logger = logging.getLogger(__name__)

Seen = TypeVar("Seen")

_PAUSES = (1.0, 2.0, 4.0)
_MOST_FAILURES_IN_A_ROW = 5
_PROXY_LOOK = 5.0
_PROXY_WORTH_WAITING = timedelta(minutes=60)


class Eyes:
    def __init__(self, place: Workplace, actor: Actor, *, pace: Pace, progress: Progress) -> None:
        self._place = place
        self._actor = actor
        self._pace = pace
        self._progress = progress
        self._patience = Patience(place.clock, progress)
        self._failures_in_a_row = 0

    def look(self, call: Callable[[], Seen], *, is_harmless: bool = True) -> Seen:
        """
        Read something. A broken line is tried again, a rate limit is waited out.

        What is not harmless (a password looks like an attack when it comes often) is tried
        again after a broken line only when it was never sent.

        Raises:
            Unseen: this one cannot be read; the next one may be.
            EngagementEnds: the account is to stop, or the network is not there.
        """
        pauses = iter(_PAUSES)
        while True:
            self._pace.check()
            try:
                seen = call()
            except DriverError as error:
                self._progress.touch()
                if error.is_of_proxy:
                    self._outlast_proxy(error)
                    continue
                verdict = safety.verdict_on(error.failure, phase=error.phase)
                if verdict.reaction is Reaction.skip_target:
                    self._failures_in_a_row = 0
                    raise Unseen(
                        error.failure.value, message=error.message, is_gone=verdict.is_target_gone
                    ) from error
                if verdict.reaction is Reaction.note:
                    may_repeat = error.failure is FailureClass.transient and (
                        is_harmless or error.phase is CallPhase.not_sent
                    )
                    pause = next(pauses, None)
                    if pause is not None and may_repeat:
                        self._pace.wait(pause)
                        continue
                    raise self._gave_up(error) from error
                self.heed(self._record(error))
            else:
                self._progress.touch()
                self._failures_in_a_row = 0
                return seen

    def heed(self, consequence: Consequence) -> None:
        """Do what a failure asks for: wait it out, or end.

        Raises:
            EngagementEnds: the account is to stop, or to cool down.
        """
        standing = consequence.standing
        if consequence.verdict.ends_session:
            text = self._progress.told().last_error or "no details"
            raise EngagementEnds.failed(
                f"the account was stopped by its network: {text}", error=text
            )
        if standing.cooldown_until is not None:
            raise EngagementEnds.completed(
                f"rate limited: cooling down until {standing.cooldown_until:%Y-%m-%d %H:%M:%S} UTC"
            )
        if standing.backoff_until is not None:
            self._pace.wait_until(standing.backoff_until)

    def _outlast_proxy(self, error: DriverError) -> None:
        """
        Nothing has left, so it may be tried again: once the proxy is up, and never another way.

        Raises:
            EngagementEnds: it stays down for an hour, or fails again whenever it is up.
        """
        self._record(error)
        self._failures_in_a_row += 1
        if self._failures_in_a_row > _MOST_FAILURES_IN_A_ROW:
            raise EngagementEnds.failed(f"the proxy: {error.message}", error=error.message)
        self._pace.wait(_PAUSES[0])
        given_up_at = self._place.clock.now() + _PROXY_WORTH_WAITING
        while (why := self._proxy_down()) is not None:
            if self._place.clock.now() >= given_up_at:
                raise EngagementEnds.failed(why, error=why)
            self._progress.trouble(f"waiting: {why}")
            self._pace.wait(_PROXY_LOOK)

    def _proxy_down(self) -> str | None:
        def read() -> str | None:
            with self._place.database.reading() as db:
                proxy_id = accounts.get(db, self._actor.account_id).proxy_id
                down = None if proxy_id is None else proxies.why_down(proxies.get(db, proxy_id))
            return None if down is None else down.message

        return self._patience.keep_trying(read)

    def _record(self, error: DriverError) -> Consequence:
        self._progress.trouble(f"{error.failure}: {error.message}")
        now = self._place.clock.now()
        failure = Failure(
            failure=error.failure,
            phase=error.phase,
            message=error.message,
            retry_after=error.retry_after,
            session_id=self._actor.session_id,
            is_of_proxy=error.is_of_proxy,
        )

        def write() -> Consequence:
            with self._place.database.writing() as db:
                return safety.record_failure(
                    db,
                    accounts.get(db, self._actor.account_id),
                    failure,
                    settings=settings.current(db),
                    rng=self._place.rng,
                    now=now,
                )

        return self._patience.keep_trying(write)

    def _gave_up(self, error: DriverError) -> Exception:
        self._record(error)
        self._failures_in_a_row += 1
        logger.warning("a read failed: %s (%s)", error.message, error.failure)
        if self._failures_in_a_row >= _MOST_FAILURES_IN_A_ROW:
            return EngagementEnds.failed(
                f"the network does not answer: {error.message}", error=error.message
            )
        return Unseen(error.failure.value, message=error.message)
