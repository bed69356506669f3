"""A session's log-in is written down before it is tried, and not tried where it is known to be refused."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import AccountLogIn, Health
from retinue.capabilities.accounts.schemas import LogIn
from retinue.capabilities.sessions.models import SessionStatus
from tests.retinue.workflows.engagement.conftest import SEALER, Engagement


class Killed(BaseException):
    """Ends the process where it is raised."""


def log_ins(work: Engagement) -> Sequence[AccountLogIn]:
    with work.database.reading() as db:
        since = work.clock.now() - timedelta(days=30)
        return accounts.log_ins_since(db, work.account.id, since)


class TestSession:
    def test_it_is_a_persons_and_outside_the_days_budget(self, work: Engagement) -> None:
        ours = LogIn("probe", "password", is_by_person=False)
        with work.database.writing() as db:
            for _ in range(2):
                accounts.note_log_in(db, work.account.id, ours, now=work.clock.now())
        assert work.run().status is SessionStatus.completed
        newest = log_ins(work)[0]
        assert (newest.by, newest.outcome, newest.is_by_person) == ("a test", "passed", True)

    def test_of_a_killed_one_the_log_in_is_written_down(
        self, work: Engagement, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def die(_: str) -> None:
            raise Killed

        monkeypatch.setattr(work.network, "next_failure", die)
        with pytest.raises(Killed):
            work.run()
        assert [one.outcome for one in log_ins(work)] == ["begun"]

    def test_cookies_that_open_cost_no_log_in(self, work: Engagement) -> None:
        work.network.cookies["ava"] = "fresh"
        with work.database.writing() as db:
            account = accounts.get(db, work.account.id)
            known = {"auth_token": "fresh", "ct0": "fresh"}
            accounts.store_credentials(db, SEALER, account, known, now=work.clock.now())
        assert work.run().status is SessionStatus.completed
        assert log_ins(work) == []

    def test_a_refused_password_is_not_sent_a_second_time(self, work: Engagement) -> None:
        work.network.passwords["ava"] = "another"
        work.run()
        assert [one.outcome for one in log_ins(work)] == ["wrong_password"]
        with work.database.writing() as db:
            evidence = {"class": "operator", "text": "opened again", "source": "a test"}
            accounts.set_health(
                db,
                work.account.id,
                Health.ok,
                evidence=evidence,
                now=work.clock.now(),
            )
        ending = work.run()
        assert ending.status is SessionStatus.failed
        assert "is not sent again; store the right one" in ending.reason
        assert len(log_ins(work)) == 1
