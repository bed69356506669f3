"""How sure a share is: the score interval of Wilson (1927)."""

from __future__ import annotations

import math

Z_95 = 1.959963984540054
"""Standard deviations on either side that hold 95 % of a normal distribution."""


def interval(successes: int, trials: int, *, z: float = Z_95) -> tuple[float, float]:
    """
    Where the true share lies, between 0 and 1; everything is possible before the first trial.

    Unlike the textbook's it stays sensible for a few trials and for shares near 0 and 1.
    """
    if not 0 <= successes <= trials:
        message = f"{successes} of {trials} is no share"
        raise ValueError(message)
    if trials == 0:
        return 0.0, 1.0
    share = successes / trials
    spread = z * z / trials
    middle = share + spread / 2
    half = z * math.sqrt(share * (1 - share) / trials + spread / (4 * trials))
    low = 0.0 if successes == 0 else max(0.0, (middle - half) / (1 + spread))
    high = 1.0 if successes == trials else min(1.0, (middle + half) / (1 + spread))
    return low, high
