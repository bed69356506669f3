"""Who follows whom, and in which order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

Follower = TypeVar("Follower")
Target = TypeVar("Target")


def pairs(
    accounts: Sequence[Follower],
    targets: Sequence[Target],
    *,
    most: int,
    is_allowed: Callable[[Follower, Target], bool],
) -> list[tuple[Follower, Target]]:
    """
    At most `most` for each account, in rounds: everybody's first, then everybody's second.

    Each account begins further down the list than the one before, so that the same people are not
    met by all accounts at once.
    """
    chosen: list[list[Target]] = []
    for index, account in enumerate(accounts):
        start = index * len(targets) // len(accounts)
        turned = [*targets[start:], *targets[:start]]
        chosen.append([one for one in turned if is_allowed(account, one)][:most])
    longest = max((len(row) for row in chosen), default=0)
    return [
        (account, row[turn])
        for turn in range(longest)
        for account, row in zip(accounts, chosen, strict=True)
        if turn < len(row)
    ]
