"""Follows as the queue runs them: through the ledger, against a real Sandgram."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from retinue.capabilities.accounts.models import Health
from retinue.capabilities.ledger.models import AttemptState
from retinue.capabilities.safety import service as safety
from retinue.capabilities.safety.schemas import DoNotContactCreate
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, WaitingFor
from retinue.foundation import failpoints
from retinue.foundation.errors import Invalid
from retinue.workflows.engagement import service as engagement
from retinue.workflows.following import functions, performing
from retinue.workflows.probing.alone import probe_account
from retinue.workflows.restoring import service as restoring
from retinue.workflows.working.performing import perform
from tests.factories.crew import ACTOR, Crew
from tests.retinue.workflows.following.asking import FOLLOW, ask, done, follows


class TestFollow:
    def test_it_is_done_once_and_the_ledger_knows(self, crew: Crew) -> None:
        account = crew.account()
        task = done(crew, account, "slow_tram")
        assert task.status is TaskStatus.completed
        assert (task.result or {})["outcome"] == "followed"
        assert follows(crew, account) == ["slow_tram"]
        (attempt,) = crew.attempts()
        assert (attempt.state, attempt.task_id) == (AttemptState.confirmed, task.id)
        assert attempt.session_id is None

    def test_whoever_was_followed_is_left_alone(self, crew: Crew) -> None:
        account = crew.account()
        done(crew, account, "slow_tram")
        crew.pass_time(hours=1)
        task = done(crew, account, "Slow_Tram")
        assert (task.result or {})["outcome"] == "skipped"
        assert (task.result or {})["until"]
        assert follows(crew, account) == ["slow_tram"]

    def test_the_do_not_contact_list_is_asked(self, crew: Crew) -> None:
        account = crew.account()
        entry = DoNotContactCreate(handle="slow_tram", reason="asked")
        with crew.runtime.database.writing() as db:
            safety.add_contact(db, entry, scope_key="fleet", actor=ACTOR, now=crew.clock.now())
        task = done(crew, account, "slow_tram")
        assert (task.result or {})["reason"] == "do_not_contact"
        assert follows(crew, account) == []

    def test_whoever_is_not_there_fails_the_task_and_is_remembered(self, crew: Crew) -> None:
        account = crew.account()
        first = done(crew, account, "no_such_person")
        assert (first.error or {})["class"] == "not_found"
        crew.pass_time(hours=1)
        second = done(crew, account, "no_such_person")
        assert (second.result or {})["reason"] == "target_unavailable"
        assert crew.now(account).health is Health.unknown

    def test_a_refusal_frees_the_person_and_a_rate_limit_rests_the_account(
        self, crew: Crew
    ) -> None:
        account = crew.account()
        crew.sandgram.fault(
            "rate_limit_429", account=account.login, action="follow", count=1, retry_after=300
        )
        task = done(crew, account, "slow_tram")
        assert (task.status, task.waiting_for) == (TaskStatus.pending, WaitingFor.account_backoff)
        assert task.metrics.retries == 0
        crew.pass_time(minutes=20)
        crew.work()
        assert crew.task(task.id).status is TaskStatus.completed
        assert follows(crew, account) == ["slow_tram"]

    def test_an_action_block_ends_the_task_and_stops_the_account(self, crew: Crew) -> None:
        account = crew.account()
        crew.sandgram.fault("action_block", account=account.login, action="follow", count=1)
        task = done(crew, account, "slow_tram")
        assert (task.error or {})["class"] == "action_block"
        assert crew.now(account).health is Health.needs_human
        crew.pass_time(hours=1)
        other = done(crew, account, "moss_and_rye")
        assert (other.status, other.waiting_for) == (TaskStatus.pending, WaitingFor.person)

    def test_a_pause_of_follows_holds_it(self, crew: Crew) -> None:
        account = crew.account()
        now = crew.clock.now()
        with crew.runtime.database.writing() as db:
            safety.pause(db, action="follow", reason="a test", actor=ACTOR, now=now)
        task = done(crew, account, "slow_tram")
        assert (task.status, task.waiting_for) == (TaskStatus.pending, WaitingFor.paused)
        with crew.runtime.database.writing() as db:
            safety.resume(db, action="follow", reason="a test", actor=ACTOR, now=now)
        crew.pass_time(minutes=1)
        crew.work()
        assert crew.task(task.id).status is TaskStatus.completed

    def test_a_cancelled_task_follows_nobody(self, crew: Crew) -> None:
        account = crew.account()
        task_id = ask(crew, account, "slow_tram")

        def cancel(name: str) -> None:
            # Between the log-in and the promise an operator has thought better of it.
            if name == "before_intent_commit":
                raise AssertionError("a promise was made for a cancelled task")

        with crew.runtime.database.writing() as db:
            (claimed,) = tasks.claim(db, [FOLLOW], holder="x", now=crew.clock.now(), limit=1)
            tasks.cancel(db, task_id, actor=ACTOR, now=crew.clock.now())
        failpoints.install(cancel)
        try:
            outcome = perform(crew.runtime, functions.FOLLOW, claimed)
        finally:
            failpoints.install(None)
        assert outcome.failure is not None
        assert outcome.failure.source == "operator"
        assert follows(crew, account) == []

    @pytest.mark.parametrize("params", [{}, {"username": "@x"}, {"username": "x", "y": 1}])
    def test_params_that_do_not_fit_are_refused(self, crew: Crew, params: dict[str, Any]) -> None:
        account = crew.account()
        with pytest.raises(Invalid, match="params"):
            crew.ask(FOLLOW, account, params=params)


class TestUnknownOutcomes:
    @pytest.mark.parametrize("kind", ["reset_after", "reset"])
    def test_a_lost_answer_is_looked_for_before_anything_is_repeated(
        self, crew: Crew, kind: str
    ) -> None:
        account = crew.account()
        crew.sandgram.fault(kind, account=account.login, action="follow", count=1)
        task = done(crew, account, "slow_tram")
        assert (task.status, task.waiting_for) == (TaskStatus.pending, WaitingFor.retry)
        assert "not known" in (task.waiting_why or "")
        for _ in range(6):
            crew.pass_time(minutes=11)
            probe_account(crew.runtime, crew.open_network, account.id, limit=3)
            crew.work()
        assert crew.task(task.id).status is TaskStatus.completed
        assert follows(crew, account) == ["slow_tram"]

    @pytest.mark.parametrize("point", ["after_intent_commit", "after_request_sent", "after_answer"])
    def test_a_worker_that_dies_between_intent_and_outcome_leads_to_one_follow(
        self, crew: Crew, point: str
    ) -> None:
        account = crew.account()
        task_id = ask(crew, account, "slow_tram")
        die_at(crew, point)
        for _ in range(8):
            crew.pass_time(minutes=11)
            crew.work()
            probe_account(crew.runtime, crew.open_network, account.id, limit=3)
        crew.work()
        task = crew.task(task_id)
        assert task.status is TaskStatus.completed, task
        assert follows(crew, account) == ["slow_tram"]
        assert (
            crew.sandgram.control.get("/oracle/repeats", params={"account": account.login}).json()[
                "items"
            ]
            == []
        )

    def test_an_outcome_that_only_the_journal_knows_is_taken_from_there(self, crew: Crew) -> None:
        """The database was away when the answer came, and the worker died before it was back."""
        account = crew.account()
        task_id = ask(crew, account, "slow_tram")
        tries = iter([OperationalError("COMMIT", None, OSError("away")), Died()])

        def fail(name: str) -> None:
            if name == "before_settle_commit":
                raise next(tries)

        failpoints.install(fail)
        try:
            with pytest.raises(Died):
                crew.work()
        finally:
            failpoints.install(None)
        crew.pass_time(minutes=1)
        crew.work()
        assert "not known" in (crew.task(task_id).waiting_why or "")

        assert restoring.settle_late(crew.runtime) == 1
        (attempt,) = crew.attempts()
        assert (attempt.state, attempt.settled_by) == (AttemptState.confirmed, "late-response")
        assert restoring.settle_late(crew.runtime) == 0
        crew.pass_time(minutes=2)
        crew.work()
        task = crew.task(task_id)
        assert (task.status, (task.result or {})["outcome"]) == (TaskStatus.completed, "followed")
        assert follows(crew, account) == ["slow_tram"]

    def test_the_control_without_a_ledger_asks_twice(
        self, crew: Crew, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """What the promise is good for: a task that forgets it follows a second time."""

        def careless(runtime: Any, line: Any, hands: Any, **more: Any) -> Any:
            line.log_in()
            line.follow(line.profile(more["username"]).network_id)
            failpoints.reach("after_answer")

        monkeypatch.setattr(performing, "_done", careless)
        account = crew.account()
        ask(crew, account, "slow_tram")
        die_at(crew, "after_answer")
        crew.pass_time(minutes=11)
        crew.work()
        repeats = crew.sandgram.control.get(
            "/oracle/repeats", params={"account": account.login}
        ).json()["items"]
        assert len(repeats) == 1

    def test_the_journal_tells_of_it_too(self, crew: Crew) -> None:
        account = crew.account()
        task = done(crew, account, "slow_tram")
        facts = list(engagement.read_journals(crew.runtime.configuration.data_dir))
        assert [type(one).__name__ for one in facts] == ["Intended", "Learnt"]
        intended = facts[0]
        assert isinstance(intended, engagement.Intended)
        assert (intended.task, intended.session) == (task.id, None)


class Died(BaseException):
    pass


def die_at(crew: Crew, point: str) -> None:
    """The worker is gone at that point, as if it had been killed: nothing is written any more."""

    def die(name: str) -> None:
        if name == point:
            raise Died

    failpoints.install(die)
    try:
        with pytest.raises(Died):
            crew.work()
    finally:
        failpoints.install(None)
