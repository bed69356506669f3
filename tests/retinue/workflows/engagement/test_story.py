from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health
from retinue.capabilities.ledger.models import EventStatus
from retinue.capabilities.sessions.models import SessionStatus
from retinue.capabilities.sessions.schemas import Ending
from retinue.drivers.errors import FailureClass
from tests.factories.engaging import make_account
from tests.retinue.workflows.engagement.conftest import (
    EVERYBODY,
    OPEN_FOLLOWERS,
    Engagement,
    refused,
)


class TestOneSession:
    def test_everybody_on_the_list_is_engaged_once(self, work: Engagement) -> None:
        ending = work.run()
        assert (ending.status, ending.reason) == (
            SessionStatus.completed,
            "all sources are worked through",
        ), ending.error
        assert [action for action, _ in work.done] == ["like"] * OPEN_FOLLOWERS
        assert len(set(work.done)) == OPEN_FOLLOWERS
        assert work.progress.told().counters["like"] == {"success": OPEN_FOLLOWERS}
        assert work.progress.told().progress == 100

    def test_a_log_in_that_was_accepted_shows_that_the_account_is_well(
        self, work: Engagement
    ) -> None:
        work.run()
        with work.database.reading() as db:
            account = accounts.get(db, work.account.id)
        assert (account.health, account.network_user_id) == (Health.ok, "93")

    def test_a_second_session_engages_nobody_again_and_opens_no_profile(
        self, work: Engagement
    ) -> None:
        work.run()
        profiles = work.network.fail_next
        profiles("profile", refused(FailureClass.not_found))
        ending = work.run()
        assert ending.status is SessionStatus.completed
        assert len(work.done) == OPEN_FOLLOWERS
        hits = [one for one in work.events() if one.status is EventStatus.dedupe_hit]
        assert len(hits) == OPEN_FOLLOWERS
        # Only the private person, who has no window, was opened: the failure was for them.
        assert work.rule_for("person_7") == "profile"

    def test_after_the_window_they_may_be_engaged_again(self, work: Engagement) -> None:
        work.run()
        work.clock.advance(timedelta(days=30, seconds=1))
        assert work.run().status is SessionStatus.completed
        assert len(work.attempts()) == 2 * OPEN_FOLLOWERS

    def test_all_four_actions_in_their_order(self, work: Engagement) -> None:
        work.run(
            EVERYBODY.replace("stories-percentage: 0", "stories-percentage: 100\nstories-count: 1")
            + "follow-percentage: 100\ncomment-percentage: 100\ntotal-comments-limit: 50\n"
            + "comments: [lovely]\n"
        )
        first = [action for action, person in work.done if person == "1001"]
        assert first == ["view", "like", "comment", "follow"]

    def test_own_accounts_are_left_alone(self, work: Engagement) -> None:
        with work.database.writing() as db:
            make_account(db, "person_2", now=work.clock.now())
        work.run()
        assert "1002" not in {person for _, person in work.done}
        assert work.rule_for("person_2") == "own_account"

    def test_other_sources(self, work: Engagement) -> None:
        lists = work.data_dir / "lists"
        lists.mkdir()
        (lists / "friends.txt").write_text("@person_5\n\nperson_6\nperson_5\nperson_4\n")
        plan = EVERYBODY.replace(
            "blogger-followers: [person_0]",
            "blogger: [person_1]\nblogger-following: [person_2]\n"
            "hashtag-posts-recent: [harbour]\ninteract-from-file: [friends.txt 2]\n"
            "interact-percentage: 100",
        )
        ending = work.run(plan)
        assert ending.status is SessionStatus.completed, ending.error
        # Everybody open has posts under the tag, person_0 among them; nobody comes up twice.
        assert {person for _, person in work.done} == {f"100{number}" for number in range(7)}
        assert len(work.done) == 7

    def test_a_file_that_is_missing_is_said_and_the_next_source_goes_on(
        self, work: Engagement
    ) -> None:
        plan = EVERYBODY.replace(
            "blogger-followers", "interact-from-file: [nobody.txt 5]\nblogger-followers"
        )
        work.run(plan)
        assert len(work.done) == OPEN_FOLLOWERS
        assert "nobody.txt" in (work.progress.told().last_error or "")


class TestFilters:
    def test_who_does_not_fit_is_left_alone_with_the_rule(self, work: Engagement) -> None:
        picky = work.network.people["person_3"]
        picky.profile = replace(picky.profile, follower_count=2)
        work.run(EVERYBODY + "filters:\n  min_followers: 5\n  skip_if_private: true\n")
        assert "1003" not in {person for _, person in work.done}
        assert work.rule_for("person_3") == "min_followers"
        assert work.rule_for("person_7") == "skip_if_private"
        assert work.rule_for("person_1") == "all"

    def test_a_private_person_may_be_followed_where_the_plan_says_so(
        self, work: Engagement
    ) -> None:
        work.run(
            EVERYBODY.replace("likes-percentage: 100", "likes-percentage: 0")
            + "follow-percentage: 100\nfilters:\n  follow_private_or_empty: true\n"
        )
        assert ("follow", "1007") in work.done


class TestLimits:
    @pytest.mark.parametrize(
        ("extra", "acts", "reason"),
        [
            ("total-successful-interactions-limit: 2\n", 2, "total-successful-interactions-limit"),
            ("total-likes-limit: 3\n", 3, "total-likes-limit reached"),
            ("total-interactions-limit: 4\n", 4, "total-interactions-limit"),
        ],
    )
    def test_totals_of_the_session_end_it(
        self, work: Engagement, extra: str, acts: int, reason: str
    ) -> None:
        ending = work.run(EVERYBODY + extra)
        assert ending.status is SessionStatus.completed
        assert reason in ending.reason
        assert len(work.done) == acts

    def test_interactions_count_ends_the_source(self, work: Engagement) -> None:
        work.run(EVERYBODY.replace("interactions-count: 100", "interactions-count: 2"))
        assert len(work.done) == 2

    def test_follow_limit_is_per_source(self, work: Engagement) -> None:
        work.run(EVERYBODY + "follow-percentage: 100\nfollow-limit: 2\n")
        assert [action for action, _ in work.done].count("follow") == 2

    def test_the_interval_lies_between_two_acts(self, work: Engagement) -> None:
        began = work.clock.now()
        work.run(EVERYBODY.replace("like-interval: 0", "like-interval: 30"))
        assert work.clock.now() - began >= timedelta(seconds=30 * (OPEN_FOLLOWERS - 1))
        starts = [one.started_at for one in work.attempts()]
        assert all(b - a >= timedelta(seconds=30) for a, b in pairwise(starts))

    def test_an_hourly_limit_is_waited_out(self, work: Engagement) -> None:
        began = work.clock.now()
        ending = work.run(EVERYBODY + "hourly-like-limit: 4\n")
        assert ending.status is SessionStatus.completed
        assert len(work.done) >= OPEN_FOLLOWERS - 1
        assert work.clock.now() - began >= timedelta(hours=1)

    def test_a_daily_limit_ends_the_session(self, work: Engagement) -> None:
        ending = work.run(EVERYBODY + "daily-like-limit: 2\n")
        assert ending.status is SessionStatus.completed
        assert "limits are used up until" in ending.reason
        assert len(work.done) == 2


class TestWorkingHours:
    def test_the_session_ends_when_they_do(self, work: Engagement) -> None:
        # It is noon in UTC.
        ending = work.run(
            EVERYBODY.replace("like-interval: 0", "like-interval: 600")
            + "working-hours: [11.00-12.25]\n"
        )
        assert ending.status is SessionStatus.completed
        assert "outside working hours" in ending.reason
        assert len(work.done) == 3


class TestStop:
    def test_it_ends_between_two_acts(self, work: Engagement) -> None:
        work.reins.pull(Ending(SessionStatus.stopped, "stop was asked for"))
        assert work.run().status is SessionStatus.stopped
        assert work.done == []
