"""Recoveries that wait: for a person, for a code, for another day."""

from __future__ import annotations

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Health, ValidationStatus
from retinue.capabilities.inbox import service as inbox
from retinue.capabilities.inbox.models import ItemKind, ItemState
from retinue.capabilities.inbox.schemas import Question
from retinue.capabilities.safety.schemas.troubles import CHOICES, key_of
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import TaskRead
from retinue.drivers.browser.protocol import PageState
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from tests.factories.clinic import ACTOR, PASSWORD, Clinic
from tests.retinue.workflows.recovery.outcome import assert_recovered, recovered

OURS = "validation"


class TestChallenge:
    def waiting(self, clinic: Clinic, *, by: str = ACTOR) -> tuple[Account, TaskRead]:
        account, site = clinic.account()
        site.held = PageState.challenge
        done = recovered(clinic, account, by=by)
        assert done.status is TaskStatus.pending, done
        assert done.waiting_for is WaitingFor.person
        return account, done

    def test_waits_in_the_inbox_with_what_was_seen_and_where_to_solve_it(
        self, clinic: Clinic
    ) -> None:
        account, _ = self.waiting(clinic)
        (item,) = clinic.items()
        assert item.kind is ItemKind.challenge
        assert item.link == "http://site.test/web/challenge/luna"
        assert len(item.evidence) == 2
        assert clinic.now(account).health is Health.needs_human
        assert clinic.now(account).validation_status is ValidationStatus.recovering

    def test_is_looked_at_again_without_a_log_in_and_without_a_word(self, clinic: Clinic) -> None:
        account, task = self.waiting(clinic)
        before = clinic.steps(account)
        for _ in range(4):
            clinic.pass_time(6)
            clinic.work()
        assert clinic.task(task.id).waiting_for is WaitingFor.person
        assert len(clinic.log_ins(account)) == 1
        (item,) = clinic.items()
        assert item.state is ItemState.open
        assert clinic.steps(account) == before

    def test_goes_on_by_itself_once_somebody_has_solved_it(self, clinic: Clinic) -> None:
        account, task = self.waiting(clinic)
        clinic.browser.accounts["luna"].held = None
        clinic.pass_time(6)
        clinic.work()
        assert_recovered(clinic, account, clinic.task(task.id))
        (item,) = clinic.items()
        assert item.state is ItemState.resolved

    def test_goes_on_at_once_when_the_person_says_so(self, clinic: Clinic) -> None:
        account, task = self.waiting(clinic, by=OURS)
        clinic.browser.accounts["luna"].held = None
        (item,) = clinic.items()
        clinic.resolve(item)
        clinic.work()
        assert_recovered(clinic, account, clinic.task(task.id))

    def test_a_link_that_has_run_out_was_passed_by_nobody(self, clinic: Clinic) -> None:
        account, task = self.waiting(clinic, by=OURS)
        clinic.browser.accounts["luna"].link = 1
        clinic.pass_time(6)
        clinic.work()
        assert clinic.task(task.id).waiting_for is WaitingFor.person
        assert len(clinic.log_ins(account)) == 1
        assert ("challenge", True) not in clinic.steps(account)
        clinic.pass_time(12 * 60)
        clinic.work()
        (item,) = clinic.items()
        assert item.link == "http://site.test/web/challenge/luna.1"
        assert len(clinic.log_ins(account)) == 2

    def test_a_fresh_link_that_cookies_show_takes_the_place_of_one_that_has_run_out(
        self, clinic: Clinic
    ) -> None:
        account, site = clinic.account()
        recovered(clinic, account)
        site.held = PageState.challenge
        recovered(clinic, account, by=OURS)
        site.link = 1
        clinic.pass_time(6)
        clinic.work()
        (item,) = clinic.items()
        assert item.link == "http://site.test/web/challenge/luna.1"
        assert len(clinic.log_ins(account)) == 1

    def test_a_person_who_was_wrong_is_asked_again(self, clinic: Clinic) -> None:
        account, task = self.waiting(clinic, by=OURS)
        (item,) = clinic.items()
        clinic.resolve(item)
        clinic.work()
        assert clinic.task(task.id).waiting_for is WaitingFor.person
        states = [one.state for one in clinic.items()]
        assert states == [ItemState.open, ItemState.resolved]
        assert clinic.now(account).health is Health.needs_human


class TestNoCode:
    def waiting(self, clinic: Clinic, *, by: str) -> tuple[Account, TaskRead]:
        account, site = clinic.account()
        site.wants_second_factor = True
        site.backup_codes = {"11112222"}
        done = recovered(clinic, account, by=by)
        assert done.waiting_for is WaitingFor.person
        return account, done

    @pytest.mark.parametrize("by", [ACTOR, OURS])
    def test_is_left_to_a_person_and_tried_twice_a_day_at_most(
        self, clinic: Clinic, by: str
    ) -> None:
        account, task = self.waiting(clinic, by=by)
        for _ in range(2 * 24):
            clinic.pass_time(30)
            clinic.work()
        assert clinic.task(task.id).waiting_for is WaitingFor.person
        assert 2 <= len(clinic.log_ins(account)) <= 3
        assert len(clinic.items()) == 1

    @pytest.mark.parametrize("by", [ACTOR, OURS])
    def test_a_mailbox_that_cannot_be_read_is_not_tried_at_every_look(
        self, clinic: Clinic, by: str
    ) -> None:
        account, site = clinic.account()
        recovered(clinic, account)
        clinic.mailboxes.passwords = {account.email or "": "another"}
        site.wants_email_code = True
        task = recovered(clinic, account, by=by)
        assert task.waiting_for is WaitingFor.person
        for _ in range(2 * 24):
            clinic.pass_time(30)
            clinic.work()
        assert clinic.task(task.id).waiting_for is WaitingFor.person
        assert 2 <= clinic.mailboxes.waits <= 3
        assert len(clinic.items()) == 1
        site.wants_email_code = False
        clinic.pass_time(6)
        clinic.work()
        assert_recovered(clinic, account, clinic.task(task.id))
        assert len(clinic.log_ins(account)) == 1

    def test_a_code_that_is_stored_meanwhile_opens_it(self, clinic: Clinic) -> None:
        account, task = self.waiting(clinic, by=OURS)
        codes = {"backup_codes": '["11112222"]'}
        with clinic.runtime.database.writing() as db:
            row, now = accounts.get(db, account.id), clinic.clock.now()
            accounts.store_credentials(db, clinic.runtime.sealer, row, codes, now=now)
        (item,) = clinic.items()
        assert item.kind is ItemKind.second_factor
        clinic.resolve(item)
        clinic.work()
        assert_recovered(clinic, account, clinic.task(task.id))


class TestBudget:
    def break_off(self, clinic: Clinic, call: str, phase: CallPhase, *, times: int) -> None:
        for _ in range(times):
            error = DriverError(FailureClass.transient, phase=phase, message="cut off")
            clinic.browser.fail_next(call, error)

    def tried(self, clinic: Clinic, account: Account, *, hours: int) -> str:
        """The task of a recovery that no person asks for, with two looks an hour."""
        task_id = clinic.ask(account, TaskType.recover_account, by=OURS)
        for _ in range(2 * hours):
            clinic.work()
            clinic.pass_time(30)
        return task_id

    def spent(self, clinic: Clinic) -> tuple[Account, str]:
        """An account without a log-in left today, and the task that waits for tomorrow."""
        account, _ = clinic.account()
        self.break_off(clinic, "log_in", CallPhase.sent, times=2)
        task_id = self.tried(clinic, account, hours=2)
        assert clinic.task(task_id).waiting_for is WaitingFor.account_backoff
        return account, task_id

    def test_two_log_ins_a_day_without_a_person(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        self.break_off(clinic, "log_in", CallPhase.sent, times=3)
        task_id = self.tried(clinic, account, hours=3)
        assert len(clinic.log_ins(account)) == 2
        task = clinic.task(task_id)
        assert task.waiting_for is WaitingFor.account_backoff
        assert "Two log-ins" in str(task.waiting_why)
        assert site.password == PASSWORD
        clinic.browser._failures.clear()
        clinic.pass_time(24 * 60)
        clinic.work()
        assert_recovered(clinic, account, clinic.task(task_id))

    def test_a_log_in_counts_that_breaks_off_at_its_code(self, clinic: Clinic) -> None:
        account, site = clinic.account(backup_codes=("11112222", "33334444", "55556666"))
        site.wants_second_factor = True
        self.break_off(clinic, "give_code", CallPhase.not_sent, times=3)
        task_id = self.tried(clinic, account, hours=3)
        assert clinic.log_ins(account) == [("password", "transient")] * 2
        assert clinic.task(task_id).waiting_for is WaitingFor.account_backoff

    def test_an_answer_of_a_person_does_not_wait_for_the_log_ins_of_the_day(
        self, clinic: Clinic
    ) -> None:
        account, task_id = self.spent(clinic)
        question = Question(
            kind=ItemKind.locked,
            key=key_of(account.id, ItemKind.locked),
            subject=("account", str(account.id)),
            title="luna is locked",
            instructions="Unlock it.",
            choices=CHOICES,
            account_id=account.id,
        )
        with clinic.runtime.database.writing() as db:
            item = inbox.ask(db, question, now=clinic.clock.now())
        clinic.resolve(item)
        clinic.work()
        assert_recovered(clinic, account, clinic.task(task_id))

    def test_a_person_who_asks_is_obeyed(self, clinic: Clinic) -> None:
        account, _ = self.spent(clinic)
        assert_recovered(clinic, account, recovered(clinic, account))
