from __future__ import annotations

from datetime import timedelta

from retinue.foundation.clock import ManualClock
from retinue.foundation.jobs import rules


class TestNextRun:
    def test_it_lies_on_the_rhythm_and_after_now(self, clock: ManualClock) -> None:
        start = clock.now()
        for late in (0.0, 0.5, 59.999, 60.0, 61.0, 86400.0):
            now = start + timedelta(seconds=late)
            after = rules.next_run(due_at=start, every=60.0, now=now)
            assert now < after <= now + timedelta(seconds=60)
            assert (after - start).total_seconds() % 60 == 0
