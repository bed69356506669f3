"""Who is left alone, by the plan's filters: each a rule with the value seen and its threshold."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

from retinue.capabilities.ledger.schemas import RuleSeen
from retinue.capabilities.plans.schemas import Filters
from retinue.drivers.network.protocol import Post, Profile


def judge(profile: Profile, filters: Filters) -> list[RuleSeen]:
    """The rules that the plan asks for, in order, up to and with the first that stops."""
    seen: list[RuleSeen] = []
    for rule in _RULES:
        for found in rule(profile, filters):
            seen.append(found)
            if not found.passed:
                return seen
    return seen


def may_only_follow(profile: Profile) -> RuleSeen:
    """A private person who is not followed, or one without posts, has nothing to like, watch or comment on."""
    is_closed = profile.is_private and not profile.is_followed
    value = "private" if is_closed else "empty" if profile.post_count == 0 else "open"
    return RuleSeen("private_or_empty", value, "open", passed=value == "open")


def fits_likers(post: Post, filters: Filters) -> bool:
    """The lower bound is inside, the upper one outside."""
    if filters.min_likers is not None and post.like_count < filters.min_likers:
        return False
    return filters.max_likers is None or post.like_count < filters.max_likers


_Rule = Callable[[Profile, Filters], Iterator[RuleSeen]]


def _relation(profile: Profile, filters: Filters) -> Iterator[RuleSeen]:
    if filters.skip_following:
        yield _flag("skip_following", profile.is_followed)
    if filters.skip_follower:
        yield _flag("skip_follower", profile.is_follower)


def _privacy(profile: Profile, filters: Filters) -> Iterator[RuleSeen]:
    if filters.skip_if_private:
        yield _flag("skip_if_private", profile.is_private)
    if filters.skip_if_public:
        yield _flag("skip_if_public", not profile.is_private)


def _numbers(profile: Profile, filters: Filters) -> Iterator[RuleSeen]:
    followers, followings = profile.follower_count, profile.following_count
    yield from _bounds("followers", followers, filters.min_followers, filters.max_followers)
    yield from _bounds("followings", followings, filters.min_followings, filters.max_followings)
    if filters.min_potency_ratio is not None or filters.max_potency_ratio is not None:
        if followings == 0:
            message = "there is no ratio: the person follows nobody"
            yield RuleSeen("potency_ratio", None, filters.min_potency_ratio, False, message)
            return
        ratio = round(followers / followings, 4)
        yield from _bounds(
            "potency_ratio", ratio, filters.min_potency_ratio, filters.max_potency_ratio
        )


def _kind(profile: Profile, filters: Filters) -> Iterator[RuleSeen]:
    if filters.skip_if_link_in_bio:
        yield _flag("skip_if_link_in_bio", bool(profile.link))
    if filters.skip_business:
        yield _flag("skip_business", profile.is_business)
    if filters.skip_non_business:
        yield _flag("skip_non_business", not profile.is_business)
    yield from _bounds("posts", profile.post_count, filters.min_posts, None)


def _words(profile: Profile, filters: Filters) -> Iterator[RuleSeen]:
    if filters.blacklist_words:
        found = _first_word(profile.bio, filters.blacklist_words)
        yield RuleSeen("blacklist_words", found, list(filters.blacklist_words), found is None)
    if filters.mandatory_words:
        found = _first_word(profile.bio, filters.mandatory_words)
        yield RuleSeen("mandatory_words", found, list(filters.mandatory_words), found is not None)


_RULES: tuple[_Rule, ...] = (_relation, _privacy, _numbers, _kind, _words)


def _flag(rule: str, value: bool) -> RuleSeen:  # noqa: FBT001 - the value that the rule has seen
    return RuleSeen(rule, value, False, not value)


def _bounds(name: str, value: float, low: float | None, high: float | None) -> Iterator[RuleSeen]:
    if low is not None:
        yield RuleSeen(f"min_{name}", value, low, value >= low)
    if high is not None:
        yield RuleSeen(f"max_{name}", value, high, value <= high)


def _first_word(text: str, words: tuple[str, ...]) -> str | None:
    return next((word for word in words if _whole_word(word).search(text)), None)


@lru_cache(maxsize=512)
def _whole_word(word: str) -> re.Pattern[str]:
    # `\b` would never match beside an emoji or a hashtag sign.
    return re.compile(rf"(?<!\w){re.escape(word)}(?!\w)", re.IGNORECASE)
