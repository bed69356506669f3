"""Accounts that do not open, and what a recovery makes of each."""

from __future__ import annotations

from datetime import timedelta

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Health, ValidationStatus
from retinue.capabilities.inbox.models import ItemKind, ItemState
from retinue.capabilities.tasks.models import TaskStatus, WaitingFor
from retinue.drivers.browser.protocol import PageState
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.drivers.network import totp
from tests.factories.clinic import Clinic
from tests.retinue.workflows.recovery.outcome import assert_recovered, recovered

SECRET = "JBSWY3DPEHPK3PXP"


class TestRecover:
    def test_an_account_that_only_lost_its_cookies_is_logged_in_again(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        done = recovered(clinic, account)
        assert_recovered(clinic, account, done)
        assert clinic.log_ins(account) == [("password", "signed_in")]
        assert [step for step, _ in clinic.steps(account)] == [
            "status",
            "log_in",
            "cookies",
            "verify",
        ]
        assert clinic.told(account)[0] == "recovering"
        assert clinic.told(account)[-1] == "completed"
        assert clinic.network.log_ins == []

    def test_one_whose_cookies_open_it_needs_no_log_in(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        recovered(clinic, account)
        done = recovered(clinic, account)
        assert_recovered(clinic, account, done)
        assert len(clinic.log_ins(account)) == 1

    def test_a_code_from_the_mailbox_opens_it(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        site.wants_email_code = True
        done = recovered(clinic, account)
        assert_recovered(clinic, account, done)
        assert clinic.log_ins(account) == [("email_code", "signed_in")]

    def test_a_mail_that_is_lost_is_asked_for_again_once(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        site.wants_email_code = True
        lost = clinic.mailboxes.mails
        clinic.mailboxes.when_waiting(lost.clear)
        clinic.browser._on_email_code = None

        def deliver_from_now_on() -> None:
            clinic.browser._on_email_code = clinic.deliver

        clinic.mailboxes.when_waiting(deliver_from_now_on)
        assert_recovered(clinic, account, recovered(clinic, account))

    def test_mails_of_strangers_are_not_looked_into(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        site.wants_email_code = True
        clinic.browser._on_email_code = lambda login, code: clinic.mailboxes.mails.append(
            _forged(clinic, login, code)
        )
        done = recovered(clinic, account)
        assert done.status is TaskStatus.pending
        assert done.waiting_for is WaitingFor.person
        (item,) = clinic.items()
        assert item.kind is ItemKind.second_factor
        assert "no mail with a code came" in item.instructions

    def test_the_authenticator_comes_first(self, clinic: Clinic) -> None:
        account, site = clinic.account(totp_secret=SECRET, backup_codes=("11112222",))
        site.wants_second_factor = True
        site.factor_codes = {totp.code_at(SECRET, clinic.clock.wall_now())}
        site.backup_codes = {"11112222"}
        assert_recovered(clinic, account, recovered(clinic, account))
        assert clinic.log_ins(account) == [("second_factor", "signed_in")]
        assert clinic.opened(account).backup_codes == ("11112222",)

    def test_a_code_that_comes_too_late_is_followed_by_that_of_the_next_window(
        self, clinic: Clinic
    ) -> None:
        account, site = clinic.account(totp_secret=SECRET)
        site.wants_second_factor = True
        later = clinic.clock.wall_now() + timedelta(seconds=61)
        site.factor_codes = {totp.code_at(SECRET, later)}
        assert_recovered(clinic, account, recovered(clinic, account))

    def test_backup_codes_come_where_the_authenticator_is_refused(self, clinic: Clinic) -> None:
        account, site = clinic.account(totp_secret=SECRET, backup_codes=("11112222", "33334444"))
        site.wants_second_factor = True
        site.backup_codes = {"11112222", "33334444"}
        assert_recovered(clinic, account, recovered(clinic, account))
        assert clinic.log_ins(account) == [("backup_code", "signed_in")]
        assert clinic.opened(account).backup_codes == ("33334444",)
        assert site.backup_codes == {"33334444"}

    @pytest.mark.parametrize(
        ("held", "health"),
        [(PageState.locked, Health.locked), (PageState.suspended, Health.suspended)],
    )
    def test_one_that_the_network_has_closed_is_said_to_be(
        self, clinic: Clinic, held: PageState, health: Health
    ) -> None:
        account, site = clinic.account()
        site.held = held
        done = recovered(clinic, account)
        assert done.status is TaskStatus.completed
        assert done.result is not None
        assert (done.result["recovered"], done.result["state"]) == (False, held.value)
        assert clinic.now(account).health is health
        assert clinic.now(account).validation_status is ValidationStatus.failed
        (item,) = clinic.items()
        assert item.kind is ItemKind.locked
        assert len(item.evidence) == 2
        assert len(clinic.evidence(account)) == 2

    def test_a_wrong_password_is_not_sent_again(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        site.password = "changed by somebody else"
        done = recovered(clinic, account)
        assert done.result is not None
        assert done.result["state"] == "wrong_password"
        assert clinic.now(account).health is Health.error
        (item,) = clinic.items()
        assert (item.kind, item.state) == (ItemKind.review, ItemState.open)
        assert len(item.evidence) == 2
        again = recovered(clinic, account)
        assert again.status is TaskStatus.failed
        assert again.error is not None
        assert again.error["code"] == "password_refused"
        assert len(clinic.log_ins(account)) == 1
        with clinic.runtime.database.writing() as db:
            row, now = accounts.get(db, account.id), clinic.clock.now()
            right = {"password": site.password}
            accounts.store_credentials(db, clinic.runtime.sealer, row, right, now=now)
        assert_recovered(clinic, account, recovered(clinic, account))
        (item,) = clinic.items()
        assert item.state is ItemState.resolved

    def test_a_jar_that_the_browser_does_not_take_is_passed_over(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        recovered(clinic, account)
        message = "the stored cookies are not usable"
        error = DriverError(FailureClass.invalid_input, phase=CallPhase.not_sent, message=message)
        clinic.browser.fail_next("visit", error)
        assert_recovered(clinic, account, recovered(clinic, account))
        assert len(clinic.log_ins(account)) == 2

    def test_a_pending_password_that_opens_is_put_in_force(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        with clinic.runtime.database.writing() as db:
            now = clinic.clock.now()
            row = accounts.get(db, account.id)
            accounts.propose_password(db, clinic.runtime.sealer, row, "the new one", now=now)
        site.password = "the new one"
        assert_recovered(clinic, account, recovered(clinic, account))
        assert clinic.opened(account).password == "the new one"
        assert clinic.opened(account).password_pending is None

    def test_a_page_that_nobody_knows_is_kept_and_asked_about_once(self, clinic: Clinic) -> None:
        for login in ("luna", "nova"):
            account, site = clinic.account(login)
            site.held = PageState.unknown
            done = recovered(clinic, account)
            assert done.status is TaskStatus.failed
            assert done.error is not None
            assert done.error["code"] == "page_not_understood"
            assert len(clinic.evidence(account)) == 2
            assert clinic.now(account).validation_status is ValidationStatus.failed
        (item,) = clinic.items()
        assert item.kind is ItemKind.review
        assert item.subject_id == "sandgram"

    def test_a_line_that_breaks_says_nothing_about_the_account(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        error = DriverError(FailureClass.transient, phase=CallPhase.sent, message="cut off")
        clinic.browser.fail_next("log_in", error)
        done = recovered(clinic, account)
        assert done.status is TaskStatus.pending
        assert done.waiting_for is WaitingFor.retry
        assert clinic.now(account).health is Health.unknown
        clinic.pass_time(2)
        clinic.work()
        assert_recovered(clinic, account, clinic.task(done.id))


def _forged(clinic: Clinic, login: str, code: str):  # type: ignore[no-untyped-def]
    clinic.mailboxes.deliver(
        f"{login}@mail.test", code, at=clinic.clock.now(), sender="security@evil.test"
    )
    return clinic.mailboxes.mails.pop()
