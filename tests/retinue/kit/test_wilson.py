from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retinue.kit import wilson


class TestInterval:
    @pytest.mark.parametrize(
        ("successes", "trials", "low", "high"),
        [
            # Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
            (81, 263, 0.2553, 0.3662),
            (15, 148, 0.0624, 0.1605),
            (0, 20, 0.0, 0.1611),
            (1, 29, 0.0061, 0.1718),
            (5, 10, 0.2366, 0.7634),
            (10, 10, 0.7225, 1.0),
            (0, 0, 0.0, 1.0),
        ],
    )
    def test_it_agrees_with_published_values(
        self, successes: int, trials: int, low: float, high: float
    ) -> None:
        assert wilson.interval(successes, trials) == pytest.approx((low, high), abs=5e-5)

    @given(st.integers(0, 10_000), st.integers(0, 10_000))
    def test_the_share_lies_within_and_more_trials_say_more(self, a: int, b: int) -> None:
        successes, trials = min(a, b), max(a, b, 1)
        low, high = wilson.interval(successes, trials)
        assert 0 <= low <= successes / trials <= high <= 1
        nearer = wilson.interval(successes * 10, trials * 10)
        assert nearer[1] - nearer[0] < high - low

    @pytest.mark.parametrize(("successes", "trials"), [(2, 1), (-1, 1)])
    def test_what_is_no_share_is_refused(self, successes: int, trials: int) -> None:
        with pytest.raises(ValueError, match="no share"):
            wilson.interval(successes, trials)
