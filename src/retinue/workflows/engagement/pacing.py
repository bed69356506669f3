"""When the session may go on: stop, working hours, the spacing of acts, and waits that can be cut short."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from retinue.capabilities.plans import service as plans
from retinue.capabilities.plans.schemas import WorkingHours
from retinue.foundation.clock import Clock
from retinue.foundation.free_space import Room
from retinue.foundation.randomness import Random
from retinue.workflows.engagement.control import Progress, Reins
from retinue.workflows.engagement.errors import EngagementEnds

_SLICE_SECONDS = 5.0


class Pace:
    """`hours` are moved by one shift for the whole session, drawn here."""

    def __init__(
        self,
        clock: Clock,
        rng: Random,
        *,
        reins: Reins,
        progress: Progress,
        hours: WorkingHours,
        room: Room | None = None,
    ) -> None:
        self._clock = clock
        self._reins = reins
        self._progress = progress
        self._hours = hours
        self._room = room
        self._shift = plans.draw_shift(hours, rng)
        self._closes: datetime | None = None

    def begin(self) -> None:
        """
        Wait for the shifted hours to open where the shift alone keeps them closed.

        Raises:
            EngagementEnds: stopped, or outside working hours for longer than that.
        """
        now = self._clock.now()
        opens = plans.next_opening(self._hours, now, shift=self._shift)
        if opens > now:
            longest = timedelta(minutes=self._hours.time_delta.high + 1)
            if opens - now > longest:
                raise _hours_over(opens)
            self.wait_until(opens)
        self._closes = plans.closing_time(self._hours, self._clock.now(), shift=self._shift)

    def check(self) -> None:
        """
        Returns late, and not before, where the disk has no room for an outcome.

        Raises:
            EngagementEnds: the reins were pulled, or the working hours are over.
        """
        self._heed_reins()
        while self._room is not None and self._room.is_short():
            self._progress.trouble(self._room.sentence)
            self._clock.sleep(_SLICE_SECONDS, until=self._reins.stop)
            self._heed_reins()
        if self._closes is not None and self._clock.now() >= self._closes:
            raise _hours_over(self._closes)

    def _heed_reins(self) -> None:
        self._progress.touch()
        ending = self._reins.ending
        if ending is not None:
            raise EngagementEnds(ending)

    def wait(self, seconds: float) -> None:
        self.wait_until(self._clock.now() + timedelta(seconds=seconds))

    def wait_until(self, moment: datetime, *, meanwhile: Callable[[], None] | None = None) -> None:
        """
        Sleep until then, awake to a stop at any time; `meanwhile` is called every few seconds.

        Raises:
            EngagementEnds: as `check`; at once when working hours end before the wait does.
        """
        if self._closes is not None and moment >= self._closes > self._clock.now():
            raise _hours_over(self._closes)
        while True:
            self.check()
            left = (moment - self._clock.now()).total_seconds()
            if left <= 0:
                return
            if meanwhile is not None:
                meanwhile()
            self._clock.sleep(min(left, _SLICE_SECONDS), until=self._reins.stop)


def _hours_over(at: datetime) -> EngagementEnds:
    return EngagementEnds.completed(f"outside working hours ({at:%Y-%m-%d %H:%M} UTC)")
