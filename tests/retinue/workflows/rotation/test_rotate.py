"""A new password, and what is left of it wherever it is cut off."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Health
from retinue.capabilities.accounts.rules import passwords
from retinue.capabilities.accounts.schemas import LogIn
from retinue.capabilities.inbox.models import ItemKind, ItemState
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import TaskRead
from retinue.drivers.browser.fake import FakeAccount
from retinue.drivers.browser.protocol import PageState
from retinue.drivers.errors import CallPhase, DriverError, FailureClass
from retinue.foundation import failpoints
from retinue.workflows.signing_in import places
from tests.factories.clinic import PASSWORD, Clinic

POINTS = (
    "rotation_pending",
    "log_in_noted",
    "rotation_sent",
    "rotation_changed",
    "rotation_logged_in",
    "rotation_promoted",
)


class Killed(BaseException):
    """As a kill: nothing that catches errors sees it."""


@pytest.fixture(autouse=True)
def no_failpoints() -> Iterator[None]:
    yield
    failpoints.install(None)


def rotated(clinic: Clinic, account: Account) -> TaskRead:
    return clinic.did(account, TaskType.rotate_password)


def opens(clinic: Clinic, account: Account, site: FakeAccount) -> bool:
    known = clinic.opened(account)
    return site.password in {known.password, known.password_pending}


def kill_at(point: str) -> None:
    def handler(name: str) -> None:
        if name == point:
            failpoints.install(None)
            raise Killed

    failpoints.install(handler)


def unsure(phase: CallPhase = CallPhase.sent) -> DriverError:
    return DriverError(FailureClass.transient, phase=phase, message="cut off")


def unusable_jar() -> DriverError:
    message = "the stored cookies are not usable"
    return DriverError(FailureClass.invalid_input, phase=CallPhase.not_sent, message=message)


class TestRotate:
    def test_the_new_password_is_in_force_here_and_there(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        done = rotated(clinic, account)
        assert done.status is TaskStatus.completed, done.error
        assert site.password != PASSWORD
        known = clinic.opened(account)
        assert known.password == site.password
        assert known.password_pending is None
        assert not passwords.faults_of(site.password, login="luna", email=account.email)
        assert clinic.browser.sessions[known.auth_token or ""] == "luna"
        told = [step for step, ok in clinic.steps(account) if ok]
        assert told == ["log_in", "pending", "change", "log_in", "verify"]

    def test_is_said_nowhere(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        done = rotated(clinic, account)
        assert site.password not in str(done)

    def test_cookies_that_open_save_a_log_in(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        rotated(clinic, account)
        before = len(clinic.log_ins(account))
        rotated(clinic, account)
        assert len(clinic.log_ins(account)) == before + 1

    @pytest.mark.parametrize("has_effect", [True, False])
    def test_a_lost_answer_is_settled_by_a_log_in(
        self, clinic: Clinic, *, has_effect: bool
    ) -> None:
        account, site = clinic.account()
        clinic.browser.fail_next("change_password", unsure(), has_effect=has_effect)
        done = rotated(clinic, account)
        assert done.status is TaskStatus.pending
        assert done.waiting_for is WaitingFor.retry
        pending = clinic.opened(account).password_pending
        assert pending is not None
        clinic.pass_time(3)
        clinic.work()
        assert clinic.task(done.id).status is TaskStatus.completed
        assert site.password == pending == clinic.opened(account).password

    def test_what_was_never_sent_leaves_nothing_pending(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        clinic.browser.fail_next("change_password", unsure(CallPhase.not_sent))
        done = rotated(clinic, account)
        assert done.waiting_for is WaitingFor.retry
        assert clinic.opened(account).password_pending is None
        clinic.pass_time(3)
        clinic.work()
        assert clinic.task(done.id).status is TaskStatus.completed
        assert clinic.opened(account).password == site.password

    def test_a_password_that_the_site_refuses_is_forgotten(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        error = DriverError(
            FailureClass.invalid_input,
            phase=CallPhase.answered,
            message="the site refused the new password",
            is_refusal=True,
        )
        clinic.browser.fail_next("change_password", error)
        done = rotated(clinic, account)
        assert done.status is TaskStatus.failed
        assert clinic.opened(account).password_pending is None
        assert clinic.opened(account).password == PASSWORD

    def test_a_wrong_password_changes_nothing(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        site.password = "somebody else's"
        done = rotated(clinic, account)
        assert done.status is TaskStatus.failed
        assert clinic.opened(account).password == PASSWORD
        assert clinic.opened(account).password_pending is None

    def test_a_challenge_goes_to_the_inbox(
        self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(places, "can_browse", lambda _: False)
        account, site = clinic.account()
        site.held = PageState.challenge
        done = rotated(clinic, account)
        assert done.status is TaskStatus.failed
        assert clinic.now(account).health is Health.needs_human
        assert len(clinic.items()) == 1
        assert len(clinic.evidence(account)) == 2

    def test_a_recovery_that_nobody_has_asked_for_says_where_to_solve_it(
        self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(places, "can_browse", lambda _: True)
        account, site = clinic.account()
        site.held = PageState.challenge
        rotated(clinic, account)
        clinic.work()
        (item,) = [one for one in clinic.items() if one.state is ItemState.open]
        assert item.link == "http://site.test/web/challenge/luna"
        assert item.evidence

    def test_a_jar_that_the_browser_does_not_take_is_passed_over(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        rotated(clinic, account)
        clinic.browser.fail_next("visit", unusable_jar())
        assert rotated(clinic, account).status is TaskStatus.completed
        assert clinic.opened(account).password == site.password

    def test_what_the_queue_repeats_is_bounded_like_any_log_in_that_nobody_has_asked_for(
        self, clinic: Clinic
    ) -> None:
        account, _ = clinic.account()
        for _ in range(12):
            clinic.browser.fail_next("log_in", unsure())
        done = rotated(clinic, account)
        for _ in range(6):
            clinic.pass_time(30)
            clinic.work()
        assert len(clinic.log_ins(account)) == 3
        assert clinic.task(done.id).waiting_for is WaitingFor.account_backoff

    def test_where_neither_password_opens_it_a_person_is_asked_for_the_right_one(
        self, clinic: Clinic
    ) -> None:
        account, site = clinic.account()
        rotated(clinic, account)
        known = clinic.opened(account)
        site.password = "somebody else's"
        done = rotated(clinic, account)
        assert done.status is TaskStatus.failed
        assert clinic.opened(account).password_pending is None
        with clinic.runtime.database.reading() as db:
            row = accounts.get(db, account.id)
            assert accounts.refused_since(db, clinic.runtime.sealer, row, known.password)
        (item,) = clinic.items()
        assert item.kind is ItemKind.review
        assert "Store the right password" in item.instructions

    def test_a_pending_password_that_is_refused_like_the_present_one_is_not_sent_again(
        self, clinic: Clinic
    ) -> None:
        account, site = clinic.account()
        clinic.browser.fail_next("change_password", unsure())
        done = rotated(clinic, account)
        pending = clinic.opened(account).password_pending
        site.password = "somebody else's"
        clinic.browser.sessions.clear()
        clinic.pass_time(3)
        clinic.work()
        assert clinic.task(done.id).status is TaskStatus.failed
        assert clinic.opened(account).password_pending == pending
        with clinic.runtime.database.reading() as db:
            row, sealer = accounts.get(db, account.id), clinic.runtime.sealer
            for one in (PASSWORD, pending):
                assert accounts.refused_since(db, sealer, row, one)
            assert accounts.refused_since(db, sealer, row, "another") is None
        before = clinic.log_ins(account)
        clinic.did(account, TaskType.recover_account)
        assert clinic.log_ins(account) == before

    def test_log_ins_of_a_rotation_are_somebodys_wish(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        ours = LogIn("validation", "password", is_by_person=False)
        with clinic.runtime.database.writing() as db:
            for _ in range(2):
                accounts.note_log_in(db, account.id, ours, now=clinic.clock.now())
        assert rotated(clinic, account).status is TaskStatus.completed


class TestKilled:
    @pytest.mark.parametrize("point", POINTS)
    def test_one_of_the_stored_passwords_opens_and_the_next_run_ends_it(
        self, clinic: Clinic, point: str
    ) -> None:
        found = [clinic.account(f"luna{number}") for number in range(20)]
        for account, site in found:
            task_id = clinic.ask(account, TaskType.rotate_password)
            kill_at(point)
            with pytest.raises(Killed):
                clinic.work()
            assert opens(clinic, account, site)
            clinic.pass_time(3)
            for _ in range(3):
                clinic.work()
                clinic.pass_time(3)
            done = clinic.task(task_id)
            assert done.status is TaskStatus.completed, (point, done)
            assert clinic.opened(account).password == site.password
            assert clinic.opened(account).password_pending is None

    def test_without_the_pending_step_accounts_are_locked_out(
        self, clinic: Clinic, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def forgets(_db, _sealer, _account, password, *, now):  # type: ignore[no-untyped-def]
            return password

        monkeypatch.setattr(accounts, "propose_password", forgets)
        locked_out = 0
        for number in range(20):
            account, site = clinic.account(f"luna{number}")
            clinic.ask(account, TaskType.rotate_password)
            kill_at("rotation_changed")
            with pytest.raises(Killed):
                clinic.work()
            locked_out += not opens(clinic, account, site)
        assert locked_out == 20
