"""From lists of accounts and people to batches of pairs."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retinue.capabilities.tasks.models import TaskType
from retinue.foundation.errors import Invalid
from retinue.workflows.following import rules, service
from retinue.workflows.following.schemas import FollowRequest, LeftOut
from tests.factories.crew import ACTOR, Crew


class TestPairs:
    @given(
        accounts=st.lists(st.integers(0, 99), unique=True, max_size=12),
        targets=st.lists(st.integers(0, 99), unique=True, max_size=30),
        most=st.integers(1, 12),
    )
    def test_everybody_gets_their_share_once_and_never_themselves(
        self, accounts: list[int], targets: list[int], most: int
    ) -> None:
        found = rules.pairs(accounts, targets, most=most, is_allowed=lambda a, b: a != b)
        assert len(set(found)) == len(found)
        for account in accounts:
            allowed = len([one for one in targets if one != account])
            assert sum(one == account for one, _ in found) == min(most, allowed)
        assert all(one != other for one, other in found)
        rounds = [sum(a == account for a, _ in found[:i]) for i, (account, _) in enumerate(found)]
        assert all(one <= other for one, other in pairwise(rounds))


class TestOrder:
    def test_a_preview_asks_for_nothing(self, crew: Crew) -> None:
        accounts = [crew.account() for _ in range(3)]
        wanted = FollowRequest(
            accounts=[one.account_no for one in accounts],
            targets=["slow_tram", "moss_and_rye", accounts[0].login],
            dry_run=True,
        )
        report = service.order(crew.runtime, wanted, actor=ACTOR)
        assert (report.pairs, report.batches[0].id) == (6, None)
        assert report.left_out == {LeftOut.itself: 1, LeftOut.own_account: 2}
        assert crew.work() == 0

    def test_own_accounts_follow_each_other(self, crew: Crew) -> None:
        accounts = [crew.account() for _ in range(3)]
        wanted = FollowRequest(
            accounts=[one.account_no for one in accounts], internal=True, per_account_max=1
        )
        report = service.order(crew.runtime, wanted, actor=ACTOR)
        assert report.pairs == 3
        crew.work()
        logins = {one.login for one in accounts}
        for account in accounts:
            (effect,) = crew.effects(account, action="follow")
            assert effect["handle"] in logins - {account.login}

    def test_more_than_a_thousand_pairs_become_several_batches(self, crew: Crew) -> None:
        accounts = [crew.account() for _ in range(3)]
        wanted = FollowRequest(
            accounts=[one.account_no for one in accounts],
            targets=[f"person_{n}" for n in range(500)],
            per_account_max=500,
            name="spring",
        )
        report = service.order(crew.runtime, wanted, actor=ACTOR)
        assert [(one.size, one.name) for one in report.batches] == [
            (1000, "spring (1 of 2)"),
            (500, "spring (2 of 2)"),
        ]
        assert len(crew.of_batch(report.batches[1].id or "")) == 500

    def test_whoever_was_followed_is_left_out(self, crew: Crew) -> None:
        account = crew.account()
        crew.ask(TaskType.follow, account, params={"username": "slow_tram"})
        crew.work()
        wanted = FollowRequest(accounts=[account.login], targets=["Slow_Tram"])
        with pytest.raises(Invalid, match="1 dedupe_hit"):
            service.order(crew.runtime, wanted, actor=ACTOR)

    def test_an_account_that_is_not_there_is_named(self, crew: Crew) -> None:
        wanted = FollowRequest(accounts=["nobody"], targets=["slow_tram"])
        with pytest.raises(Invalid, match=r"accounts\.0"):
            service.order(crew.runtime, wanted, actor=ACTOR)
