"""Cookies fetched anew, and what is kept where they cannot be."""

from __future__ import annotations

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import LogIn
from retinue.capabilities.inbox.models import ItemKind, ItemState
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import TaskRead
from retinue.drivers.browser.protocol import Jar, PageState
from retinue.workflows.signing_in import places
from tests.factories.clinic import Clinic

UPKEEP = "upkeep"


def refreshed(clinic: Clinic, account: Account, *, by: str = UPKEEP) -> TaskRead:
    return clinic.did(account, TaskType.refresh_cookies, by=by)


def previous(clinic: Clinic, account: Account) -> str | None:
    with clinic.runtime.database.reading() as db:
        return accounts.previous_jar(db, clinic.runtime.sealer, account)


def spend(clinic: Clinic, account: Account) -> None:
    with clinic.runtime.database.writing() as db:
        for _ in range(2):
            log_in = LogIn("recovery", "password", is_by_person=False)
            accounts.note_log_in(db, account.id, log_in, now=clinic.clock.now())


class TestRefresh:
    def test_the_jar_is_new_and_the_one_before_it_is_kept(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        assert refreshed(clinic, account).status is TaskStatus.completed
        first = clinic.opened(account).cookies
        clinic.pass_time(24 * 60)
        assert refreshed(clinic, account).status is TaskStatus.completed
        known = clinic.opened(account)
        assert known.cookies != first
        assert previous(clinic, account) == first
        assert known.auth_token == Jar.from_text(known.cookies or "").value("auth_token")
        with clinic.runtime.database.reading() as db:
            assert accounts.upkeep_of(db, account.id).cookies_at == clinic.clock.now()

    def test_a_log_in_that_fails_leaves_the_old_jar(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        refreshed(clinic, account)
        before = clinic.opened(account).cookies
        site.held = PageState.challenge
        assert refreshed(clinic, account).status is TaskStatus.failed
        assert clinic.opened(account).cookies == before
        assert len(clinic.evidence(account)) == 2
        assert len(clinic.items()) == 1

    def test_a_challenge_is_handed_over_with_its_link(
        self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(places, "can_browse", lambda _: True)
        account, site = clinic.account()
        site.held = PageState.challenge
        refreshed(clinic, account)
        clinic.work()
        (item,) = [one for one in clinic.items() if one.state is ItemState.open]
        assert item.link == "http://site.test/web/challenge/luna"

    def test_a_refused_password_is_asked_for(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        site.password = "changed by somebody else"
        refreshed(clinic, account)
        (item,) = clinic.items()
        assert item.kind is ItemKind.review

    def test_with_no_log_in_left_the_old_jar_does_while_it_opens(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        refreshed(clinic, account, by="operator:anna")
        spend(clinic, account)
        done = refreshed(clinic, account)
        assert done.result is not None
        assert done.result["message"] == "the old cookies still open it"

    def test_with_no_log_in_left_and_no_jar_it_waits(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        spend(clinic, account)
        done = refreshed(clinic, account)
        assert done.waiting_for is WaitingFor.account_backoff
        clinic.pass_time(24 * 60 + 1)
        clinic.work()
        assert clinic.task(done.id).status is TaskStatus.completed

    def test_a_person_who_asks_is_obeyed(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        spend(clinic, account)
        assert refreshed(clinic, account, by="operator:anna").status is TaskStatus.completed

    @pytest.mark.parametrize("has_jar", [True, False])
    def test_without_a_password_the_cookies_are_all_there_is(
        self, clinic: Clinic, *, has_jar: bool
    ) -> None:
        account, _ = clinic.account(password=None)
        if has_jar:
            jar = clinic.browser.open_session("luna")
            with clinic.runtime.database.writing() as db:
                row = accounts.get(db, account.id)
                sealer, now = clinic.runtime.sealer, clinic.clock.now()
                accounts.store_jar(db, sealer, row, jar.to_text(), {}, now=now)
        done = refreshed(clinic, account)
        assert done.status is (TaskStatus.completed if has_jar else TaskStatus.failed)
