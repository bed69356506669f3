"""What a validation finds out is mended by itself, where it can be; and tried with a pending password."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, Health, ValidationStatus
from retinue.capabilities.inbox.models import ItemKind, ItemState
from retinue.capabilities.settings import service as settings
from retinue.capabilities.tasks import service as tasks
from retinue.capabilities.tasks.models import TaskStatus, TaskType, WaitingFor
from retinue.capabilities.tasks.schemas import TaskFilter, TaskRead
from retinue.drivers.browser.protocol import PageState
from retinue.workflows.signing_in import places
from retinue.workflows.signing_in import service as signing_in
from tests.factories.clinic import ACTOR, PASSWORD, Clinic

NEW = "another password, newer"


@pytest.fixture(autouse=True)
def can_browse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "can_browse", lambda _: True)


def recoveries(clinic: Clinic) -> Sequence[TaskRead]:
    with clinic.runtime.database.reading() as db:
        rows = tasks.page(db, TaskFilter(types=(TaskType.recover_account,)), limit=50)
        return [tasks.read(row) for row in rows]


def propose(clinic: Clinic, account: Account) -> None:
    with clinic.runtime.database.writing() as db:
        row, now = accounts.get(db, account.id), clinic.clock.now()
        accounts.propose_password(db, clinic.runtime.sealer, row, NEW, now=now)


class TestAutomatic:
    def test_a_code_that_is_asked_for_is_given_without_anybody(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        site.wants_email_code = True
        clinic.did(account, TaskType.validate_account)
        clinic.work()
        (task,) = recoveries(clinic)
        assert task.status is TaskStatus.completed
        assert clinic.now(account).health is Health.ok
        assert clinic.now(account).validation_status is ValidationStatus.completed

    def test_a_challenge_is_handed_over_and_goes_on_by_itself(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        site.held = PageState.challenge
        clinic.did(account, TaskType.validate_account)
        clinic.work()
        (task,) = recoveries(clinic)
        assert task.waiting_for is WaitingFor.person
        waiting = [one for one in clinic.items() if one.link]
        assert len(waiting) == 1
        site.held = None
        clinic.pass_time(6)
        clinic.work()
        assert clinic.now(account).health is Health.ok

    @pytest.mark.parametrize("held", [PageState.locked, PageState.suspended])
    def test_what_no_log_in_mends_is_not_tried(self, clinic: Clinic, held: PageState) -> None:
        account, site = clinic.account()
        site.held = held
        clinic.did(account, TaskType.validate_account)
        assert recoveries(clinic) == []

    def test_a_wrong_password_is_not_tried_again(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        site.password = NEW
        clinic.did(account, TaskType.validate_account)
        assert recoveries(clinic) == []

    def test_once_a_day(self, clinic: Clinic) -> None:
        account, site = clinic.account(email_password=None)
        site.wants_email_code = True
        for _ in range(5):
            clinic.did(account, TaskType.validate_account)
            clinic.work()
            clinic.pass_time(60)
        assert len(recoveries(clinic)) == 1

    def test_not_for_a_network_whose_site_is_not_known(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        with clinic.runtime.database.writing() as db:
            row, now = accounts.hold(db, account.id), clinic.clock.now()
            row.network = "x"
            assert not signing_in.ask_for_recovery(db, clinic.runtime, row, by=ACTOR, now=now)
            row.network = "sandgram"
            assert signing_in.ask_for_recovery(db, clinic.runtime, row, by=ACTOR, now=now)

    def test_not_where_it_is_switched_off(self, clinic: Clinic) -> None:
        with clinic.runtime.database.writing() as db:
            off = {"recovery": {"automatic": False}}
            settings.update(db, off, actor=ACTOR, now=clinic.clock.now())
        account, site = clinic.account()
        site.wants_email_code = True
        clinic.did(account, TaskType.validate_account)
        assert recoveries(clinic) == []


class TestRefused:
    @pytest.mark.parametrize("kind", [TaskType.validate_account, TaskType.recover_account])
    def test_a_password_that_was_refused_elsewhere_is_asked_for(
        self, clinic: Clinic, kind: TaskType
    ) -> None:
        account, _ = clinic.account()
        with clinic.runtime.database.writing() as db:
            row, sealer, now = (
                accounts.get(db, account.id),
                clinic.runtime.sealer,
                clinic.clock.now(),
            )
            accounts.note_refused_password(db, sealer, row, PASSWORD, now=now)
        for _ in range(2):
            clinic.did(account, kind)
        (item,) = clinic.items()
        assert (item.kind, item.state) == (ItemKind.review, ItemState.open)
        assert clinic.log_ins(account) == []


class TestPending:
    def test_the_new_one_is_tried_where_the_present_one_is_refused(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        propose(clinic, account)
        site.password = NEW
        clinic.did(account, TaskType.validate_account)
        assert clinic.now(account).health is Health.ok
        assert clinic.opened(account).password == NEW
        assert clinic.opened(account).password_pending is None
        assert clinic.log_ins(account) == [("password", "wrong_password"), ("password", "passed")]

    def test_both_are_kept_while_the_present_one_opens(self, clinic: Clinic) -> None:
        account, _ = clinic.account()
        propose(clinic, account)
        clinic.did(account, TaskType.validate_account)
        assert clinic.now(account).health is Health.ok
        known = clinic.opened(account)
        assert (known.password, known.password_pending) == (PASSWORD, NEW)

    def test_where_neither_opens_none_is_sent_again(self, clinic: Clinic) -> None:
        account, site = clinic.account()
        propose(clinic, account)
        site.password = "somebody else's"
        for _ in range(2):
            clinic.did(account, TaskType.validate_account)
        assert clinic.now(account).health is Health.error
        assert len(clinic.log_ins(account)) == 2
        (item,) = clinic.items()
        assert item.kind is ItemKind.review
        right = {"password": site.password}
        with clinic.runtime.database.writing() as db:
            row, now = accounts.get(db, account.id), clinic.clock.now()
            accounts.store_credentials(db, clinic.runtime.sealer, row, right, now=now)
        clinic.did(account, TaskType.validate_account)
        assert clinic.now(account).health is Health.ok
        (item,) = clinic.items()
        assert item.state is ItemState.resolved


class TestAnswered:
    def test_an_account_that_a_person_has_unlocked_is_validated_by_itself(
        self, clinic: Clinic
    ) -> None:
        account, site = clinic.account()
        site.held = PageState.locked
        clinic.did(account, TaskType.recover_account)
        (item,) = clinic.items()
        site.held = None
        clinic.resolve(item)
        clinic.work()
        assert clinic.now(account).health is Health.ok
        assert clinic.now(account).validation_status is ValidationStatus.completed
