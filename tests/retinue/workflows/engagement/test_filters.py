from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from retinue.capabilities.plans.schemas import Filters
from retinue.drivers.network.protocol import Profile
from retinue.workflows.engagement import filters

OTTER = Profile(
    network_id="1",
    handle="otter",
    name="Otter",
    bio="Rivers, stones and #fishing 🦦 in Köln",
    link=None,
    is_private=False,
    is_business=False,
    follower_count=100,
    following_count=50,
    post_count=10,
    is_followed=False,
    is_follower=False,
)


class TestJudge:
    def test_without_filters_nothing_is_asked(self) -> None:
        assert filters.judge(OTTER, Filters()) == []

    @pytest.mark.parametrize(
        ("asked", "profile", "rule"),
        [
            ({"skip_if_private": True}, {"is_private": True}, "skip_if_private"),
            ({"skip_if_public": True}, {}, "skip_if_public"),
            ({"skip_business": True}, {"is_business": True}, "skip_business"),
            ({"skip_non_business": True}, {}, "skip_non_business"),
            ({"skip_following": True}, {"is_followed": True}, "skip_following"),
            ({"skip_follower": True}, {"is_follower": True}, "skip_follower"),
            ({"skip_if_link_in_bio": True}, {"link": "https://x.example"}, "skip_if_link_in_bio"),
            ({"min_followers": 101}, {}, "min_followers"),
            ({"max_followers": 99}, {}, "max_followers"),
            ({"min_followings": 51}, {}, "min_followings"),
            ({"max_followings": 49}, {}, "max_followings"),
            ({"min_potency_ratio": 2.1}, {}, "min_potency_ratio"),
            ({"max_potency_ratio": 1.9}, {}, "max_potency_ratio"),
            ({"max_potency_ratio": 999.0}, {"following_count": 0}, "potency_ratio"),
            ({"min_posts": 11}, {}, "min_posts"),
            ({"blacklist_words": ("STONES",)}, {}, "blacklist_words"),
            ({"mandatory_words": ("mountains",)}, {}, "mandatory_words"),
            ({"mandatory_words": ("stone",)}, {}, "mandatory_words"),
        ],
    )
    def test_the_rule_that_stops_is_the_last_one(
        self, asked: dict[str, Any], profile: dict[str, Any], rule: str
    ) -> None:
        seen = filters.judge(replace(OTTER, **profile), Filters(**asked))
        assert (seen[-1].rule, seen[-1].passed) == (rule, False)

    @pytest.mark.parametrize(
        "asked",
        [
            {"min_followers": 100, "max_followers": 100},
            {"min_potency_ratio": 2.0, "max_potency_ratio": 2.0},
            {"blacklist_words": ("stone", "köl")},
            {"mandatory_words": ("#fishing",)},
            {"mandatory_words": ("🦦",)},
            {"mandatory_words": ("KÖLN",)},
            {"blacklist_words": ("a.*",)},
        ],
    )
    def test_bounds_are_inside_and_words_are_whole(self, asked: dict[str, Any]) -> None:
        assert all(one.passed for one in filters.judge(OTTER, Filters(**asked)))

    def test_a_trace_shows_value_and_threshold(self) -> None:
        (seen,) = filters.judge(OTTER, Filters(min_followers=500))
        assert (seen.value, seen.threshold) == (100, 500)


class TestMayOnlyFollow:
    @pytest.mark.parametrize(
        ("profile", "passed"),
        [
            ({}, True),
            ({"is_private": True}, False),
            ({"is_private": True, "is_followed": True}, True),
            ({"post_count": 0}, False),
        ],
    )
    def test_the_private_and_the_empty_have_nothing_to_like(
        self, profile: dict[str, Any], passed: bool
    ) -> None:
        assert filters.may_only_follow(replace(OTTER, **profile)).passed is passed
