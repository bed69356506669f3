from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from retinue.foundation.clock import ManualClock
from retinue.foundation.configuration import Configuration
from retinue.foundation.http.rate_limits import RateLimits


class TestSpend:
    def test_a_window_lasts_as_long_whatever_the_wall_clock_does(
        self, clock: ManualClock, data_dir: Path
    ) -> None:
        limits = RateLimits(Configuration(data_dir=data_dir, rate_limit="2/minute"), clock=clock)
        limits.spend("ava", "GET /things")
        clock.set(clock.now() - timedelta(hours=1))
        limits.spend("ava", "GET /things")
        spent = limits.spend("ava", "GET /things")
        assert (spent.is_spent, spent.reset) == (True, 60)
        clock.set(clock.now() + timedelta(hours=5))
        assert limits.spend("ava", "GET /things").is_spent
        clock.advance(timedelta(seconds=60))
        again = limits.spend("ava", "GET /things")
        assert (again.is_spent, again.remaining) == (False, 1)
