"""Whom the plan leaves alone: pure rules, first hit wins, every one met is told."""

from __future__ import annotations

import re
from collections.abc import Iterator

from retinue.capabilities.ledger.schemas import RuleSeen
from retinue.capabilities.plans.schemas import Filters
from retinue.drivers.network.protocol import Profile


def judge(profile: Profile, filters: Filters) -> tuple[RuleSeen, ...]:
    """The rules in order, up to and with the first that stops; the last one tells the verdict."""
    met: list[RuleSeen] = []
    for seen in _rules(profile, filters):
        met.append(seen)
        if not seen.passed:
            break
    return tuple(met)


def _rules(profile: Profile, filters: Filters) -> Iterator[RuleSeen]:
    yield from _flags(profile, filters)
    yield from _bounds(profile, filters)
    yield from _ratio(profile, filters)
    yield from _words(profile, filters)


def _flags(profile: Profile, filters: Filters) -> Iterator[RuleSeen]:
    wanted = (
        ("skip_following", filters.skip_following, profile.is_followed, "followed already"),
        ("skip_follower", filters.skip_follower, profile.is_follower, "follows this account"),
        ("skip_if_private", filters.skip_if_private, profile.is_private, "is private"),
        ("skip_if_public", filters.skip_if_public, not profile.is_private, "is public"),
        ("skip_business", filters.skip_business, profile.is_business, "is a business"),
        ("skip_non_business", filters.skip_non_business, not profile.is_business, "is no business"),
        ("skip_if_link_in_bio", filters.skip_if_link_in_bio, bool(profile.link), "has a link"),
    )
    for rule, is_asked, applies, words in wanted:
        if is_asked:
            message = f"@{profile.handle} {words}" if applies else None
            yield RuleSeen(rule, applies, threshold=False, passed=not applies, message=message)


def _bounds(profile: Profile, filters: Filters) -> Iterator[RuleSeen]:
    lower = (
        ("min_followers", profile.follower_count, filters.min_followers, "followers"),
        ("min_followings", profile.following_count, filters.min_followings, "followings"),
        ("min_posts", profile.post_count, filters.min_posts, "posts"),
    )
    for rule, value, bound, noun in lower:
        if bound is not None:
            passed = value >= bound
            message = None if passed else f"{value} {noun}, at least {bound} are asked for"
            yield RuleSeen(rule, value, bound, passed, message)
    upper = (
        ("max_followers", profile.follower_count, filters.max_followers, "followers"),
        ("max_followings", profile.following_count, filters.max_followings, "followings"),
    )
    for rule, value, bound, noun in upper:
        if bound is not None:
            passed = value <= bound
            message = None if passed else f"{value} {noun}, at most {bound} are asked for"
            yield RuleSeen(rule, value, bound, passed, message)


def _ratio(profile: Profile, filters: Filters) -> Iterator[RuleSeen]:
    low, high = filters.min_potency_ratio, filters.max_potency_ratio
    if low is None and high is None:
        return
    ratio = (
        round(profile.follower_count / profile.following_count, 3)
        if profile.following_count
        else None
    )
    passed = ratio is not None and (low is None or ratio >= low) and (high is None or ratio <= high)
    message = None if passed else "followers divided by followings is outside the bounds"
    yield RuleSeen("potency_ratio", ratio, [low, high], passed, message)


def _words(profile: Profile, filters: Filters) -> Iterator[RuleSeen]:
    if filters.blacklist_words:
        found = [word for word in filters.blacklist_words if _stands_in(word, profile.bio)]
        message = f"the biography says {found[0]!r}" if found else None
        yield RuleSeen("blacklist_words", found, [], not found, message)
    if filters.mandatory_words:
        found = [word for word in filters.mandatory_words if _stands_in(word, profile.bio)]
        message = None if found else "the biography has none of the words that are asked for"
        yield RuleSeen(
            "mandatory_words", found, list(filters.mandatory_words), bool(found), message
        )


def _stands_in(word: str, text: str) -> bool:
    pattern = rf"(?<!\w){re.escape(word.casefold())}(?!\w)"
    return re.search(pattern, text.casefold()) is not None
