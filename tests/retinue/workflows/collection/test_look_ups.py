"""Look-ups as the queue runs them, against a real Sandgram."""

from __future__ import annotations

from typing import Any

import pytest

from retinue.capabilities.accounts.models import Health
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import BatchItem
from retinue.foundation.errors import Invalid
from tests.factories.crew import Crew

PROFILE, POSTS = TaskType.lookup_profile, TaskType.lookup_posts


class TestLookUpProfile:
    def test_it_tells_what_the_network_shows(self, crew: Crew) -> None:
        worker = crew.worker()
        task_id = crew.ask(PROFILE, params={"username": "harbour_lights"})
        assert crew.work() == 1
        task = crew.task(task_id)
        assert task.status is TaskStatus.completed
        assert task.worker_account == worker.account_no
        result = task.result or {}
        assert result["username"] == "harbour_lights"
        assert result["website"] == "https://harbour-lights.example/"
        assert result["location"]
        assert result["joined_date"].startswith("20")
        assert result["metrics"]["followers"] > 100
        assert result["looked_up_by"] == worker.account_no

    def test_what_is_not_said_is_null_and_what_is_none_is_0(self, crew: Crew) -> None:
        crew.worker()
        nobody = crew.account()
        task_id = crew.ask(PROFILE, params={"username": nobody.login})
        crew.work()
        result = crew.task(task_id).result or {}
        assert (result["bio"], result["location"], result["website"]) == (None, None, None)
        assert result["metrics"]["posts"] == 0

    def test_only_the_fields_that_were_asked_for(self, crew: Crew) -> None:
        crew.worker()
        params = {"username": "slow_tram", "fields": ["bio", "metrics"]}
        task_id = crew.ask(PROFILE, params=params)
        crew.work()
        assert set(crew.task(task_id).result or {}) == {
            *("username", "user_id", "bio", "metrics", "looked_up_at", "looked_up_by")
        }

    def test_whoever_is_not_there_fails_the_task_and_not_the_worker_account(
        self, crew: Crew
    ) -> None:
        worker = crew.worker()
        task_id = crew.ask(PROFILE, params={"username": "no_such_person"})
        crew.work()
        task = crew.task(task_id)
        assert task.status is TaskStatus.failed
        assert (task.error or {})["class"] == "not_found"
        assert crew.now(worker).health is Health.unknown

    def test_it_goes_out_through_the_worker_accounts_proxy(self, crew: Crew) -> None:
        worker = crew.worker()
        made = crew.give_proxy(worker)
        task_id = crew.ask(PROFILE, params={"username": "slow_tram"})
        crew.work()
        assert crew.task(task_id).status is TaskStatus.completed
        log_ins = crew.sandgram.control.get(f"/accounts/{worker.login}/logins").json()["items"]
        assert [one["source"] for one in log_ins] == [made["exit"]]

    def test_a_proxy_that_is_down_is_never_gone_around(self, crew: Crew) -> None:
        worker = crew.worker()
        crew.sandgram.trouble(crew.give_proxy(worker), "down")
        task_id = crew.ask(PROFILE, params={"username": "slow_tram"})
        crew.work()
        task = crew.task(task_id)
        assert (task.status, task.waiting_for) == (TaskStatus.pending, WaitingFor.retry)
        log_ins = crew.sandgram.control.get(f"/accounts/{worker.login}/logins").json()["items"]
        assert log_ins == []

    def test_the_account_that_was_named_does_it(self, crew: Crew) -> None:
        first, second = crew.worker(), crew.worker()
        for wanted in (second, first, second):
            task_id = crew.ask(
                PROFILE, params={"username": "slow_tram"}, worker_account=wanted.account_no
            )
            crew.work()
            assert crew.task(task_id).worker_account == wanted.account_no

    def test_the_account_that_has_rested_longest_is_chosen(self, crew: Crew) -> None:
        workers = [crew.worker() for _ in range(3)]
        met = []
        for _ in range(6):
            task_id = crew.ask(PROFILE, params={"username": "slow_tram"})
            crew.work()
            met.append(crew.task(task_id).worker_account or "")
            crew.pass_time(seconds=1)
        assert sorted(met[:3]) == sorted(one.account_no for one in workers)
        assert met[3:] == met[:3]

    def test_a_retry_goes_back_to_the_account_it_began_with(self, crew: Crew) -> None:
        for _ in range(3):
            crew.worker()
        crew.sandgram.fault("server_error", action="profile", count=1, target="moss_and_rye")
        task_id = crew.ask(PROFILE, params={"username": "moss_and_rye"})
        crew.work()
        first = crew.task(task_id)
        assert (first.status, first.metrics.retries) == (TaskStatus.pending, 1)
        # Meanwhile the others have rested longer.
        crew.pass_time(seconds=90)
        crew.work()
        again = crew.task(task_id)
        assert again.status is TaskStatus.completed
        assert again.worker_account == first.worker_account

    def test_a_session_of_the_worker_account_is_not_disturbed(self, crew: Crew) -> None:
        crew.account()
        task_id = crew.ask(PROFILE, params={"username": "slow_tram"})
        crew.work()
        task = crew.task(task_id)
        assert (task.status, task.waiting_for) == (TaskStatus.pending, WaitingFor.worker_account)
        assert "no worker account" in (task.waiting_why or "")

    @pytest.mark.parametrize(
        ("params", "place"),
        [
            ({}, "username"),
            ({"username": "@otter"}, "username"),
            ({"username": "a b"}, "username"),
            ({"username": "otter", "fields": []}, "fields"),
            ({"username": "otter", "fields": ["shoes"]}, "fields"),
            ({"username": "otter", "colour": "red"}, "colour"),
        ],
    )
    def test_params_that_do_not_fit_are_named(
        self, crew: Crew, params: dict[str, Any], place: str
    ) -> None:
        with pytest.raises(Invalid, match=place):
            crew.ask(PROFILE, params=params)


class TestLookUpPosts:
    def test_replies_and_reposts_are_left_out_unless_asked_for(self, crew: Crew) -> None:
        crew.worker()
        plain = crew.ask(POSTS, params={"username": "harbour_lights"})
        everything = crew.ask(
            POSTS,
            params={
                "username": "harbour_lights",
                "include_replies": True,
                "include_retweets": True,
            },
        )
        while crew.work():
            crew.pass_time(seconds=1)
        some, all_of_them = (crew.task(one).result or {} for one in (plain, everything))
        assert some["count"] == all_of_them["count"] == 100
        assert not any(one["is_reply"] or one["is_repost"] for one in some["posts"])
        assert any(one["is_reply"] for one in all_of_them["posts"])
        assert any(one["is_repost"] for one in all_of_them["posts"])
        times = [one["time"] for one in some["posts"]]
        assert times == sorted(times, reverse=True)
        assert len({one["id"] for one in some["posts"]}) == 100

    def test_a_count_that_is_not_kept_is_null(self, crew: Crew) -> None:
        crew.worker()
        task_id = crew.ask(POSTS, params={"username": "slow_tram", "max_items": 60})
        crew.work()
        posts = (crew.task(task_id).result or {})["posts"]
        by_kind = {one["kind"]: one["plays"] for one in posts}
        assert by_kind["photo"] is None
        assert isinstance(by_kind["video"], int)

    def test_whoever_has_none_has_an_empty_list(self, crew: Crew) -> None:
        crew.worker()
        task_id = crew.ask(POSTS, params={"username": crew.account().login})
        crew.work()
        result = crew.task(task_id).result or {}
        assert (result["count"], result["posts"], result["is_complete"]) == (0, [], True)

    def test_a_private_person_fails_the_task(self, crew: Crew) -> None:
        crew.worker()
        task_id = crew.ask(POSTS, params={"username": "quiet_orchard"})
        crew.work()
        assert (crew.task(task_id).error or {})["class"] == "target_private"

    @pytest.mark.parametrize("most", [0, 101, "5", True])
    def test_the_number_is_1_to_100(self, crew: Crew, most: Any) -> None:
        with pytest.raises(Invalid, match="max_items"):
            crew.ask(POSTS, params={"username": "otter", "max_items": most})


class TestBudgets:
    def test_a_worker_account_that_is_used_up_makes_its_tasks_wait(self, crew: Crew) -> None:
        crew.change_settings(lookups_per_account=3)
        crew.worker()
        items = [
            BatchItem(params={"username": name})
            for name in ("slow_tram", "moss_and_rye", "copper_kettle", "northbound_rail")
        ]
        batch_id = crew.ask_batch(PROFILE, *items)
        for _ in range(5):
            crew.work()
            crew.pass_time(seconds=1)
        rows = crew.of_batch(batch_id)
        assert [row.status for row in rows].count(TaskStatus.completed) == 3
        (left,) = [row for row in rows if row.status is TaskStatus.pending]
        assert left.waiting_for is WaitingFor.rate_budget
        assert left.waiting_until is not None
        crew.pass_time(minutes=15)
        crew.work()
        assert {row.status for row in crew.of_batch(batch_id)} == {TaskStatus.completed}

    def test_all_together_look_up_so_often_and_no_more(self, crew: Crew) -> None:
        crew.change_settings(lookups_per_15_minutes=2)
        for _ in range(3):
            crew.worker()
        items = [BatchItem(params={"username": name}) for name in ("slow_tram", "Slow_Tram") * 2]
        batch_id = crew.ask_batch(PROFILE, *items)
        for _ in range(4):
            crew.work()
            crew.pass_time(seconds=1)
        rows = crew.of_batch(batch_id)
        assert [row.status for row in rows].count(TaskStatus.completed) == 2
        waiting = [row for row in rows if row.status is TaskStatus.pending]
        assert {row.waiting_for for row in waiting} == {WaitingFor.rate_budget}

    def test_a_rate_limit_rests_the_worker_account_and_another_goes_on(self, crew: Crew) -> None:
        first = crew.worker()
        crew.sandgram.fault("rate_limit_429", account=first.login, action="profile", count=1)
        task_id = crew.ask(PROFILE, params={"username": "slow_tram"})
        crew.work()
        waiting = crew.task(task_id)
        assert (waiting.status, waiting.metrics.retries) == (TaskStatus.pending, 0)
        second = crew.worker()
        other = crew.ask(PROFILE, params={"username": "slow_tram"})
        crew.work()
        assert crew.task(other).worker_account == second.account_no


class TestResultsAsTables:
    def test_a_count_has_a_column_and_a_post_a_line(self, crew: Crew) -> None:
        crew.worker()
        params = {"username": "slow_tram"}
        profiles = crew.ask_batch(PROFILE, BatchItem(params=params))
        posts = crew.ask_batch(POSTS, BatchItem(params={**params, "max_items": 7}))
        for _ in range(3):
            crew.work()
            crew.pass_time(seconds=1)
        header, (row,) = table(crew, profiles)
        assert row[header.index("result.metrics.followers")]
        header, rows = table(crew, posts)
        assert len({row[header.index("result.posts.id")] for row in rows}) == len(rows) == 7

    def test_what_has_found_nothing_has_a_line_too(self, crew: Crew) -> None:
        crew.worker()
        batch_id = crew.ask_batch(POSTS, BatchItem(params={"username": "no_such_person"}))
        crew.work()
        header, (row,) = table(crew, batch_id)
        assert row[header.index("error_code")] == "user_not_found"


def table(crew: Crew, batch_id: str) -> tuple[list[str], list[list[Any]]]:
    with crew.runtime.database.reading() as db:
        names = tasks.result_names(db, batch_id)
    rows = [row for one in crew.of_batch(batch_id) for row in tasks.result_rows(one, names)]
    return tasks.result_header(names), rows
