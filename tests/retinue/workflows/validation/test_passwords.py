"""The log-ins of validations: written down before they are tried, bounded one by one, and no other counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

import pytest

from retinue.capabilities.accounts import service as accounts
from retinue.capabilities.accounts.models import Account, AccountLogIn, ValidationStatus
from retinue.capabilities.accounts.schemas import LogIn
from retinue.foundation import failpoints
from retinue.workflows.validation import service
from retinue.workflows.validation.schemas import Asked, LogInsSpent
from retinue.workflows.validation.service import Validated
from tests.retinue.workflows.validation.conftest import Ward

OURS = LogIn("upkeep", "password", is_by_person=False)
UNASKED = Asked("upkeep", is_person=False)
DAY = timedelta(days=1)


class Killed(BaseException):
    """Ends the process where it is raised."""


@pytest.fixture(autouse=True)
def alive() -> Iterator[None]:
    yield
    failpoints.install(None)


def log_ins(ward: Ward, account: Account) -> Sequence[AccountLogIn]:
    with ward.runtime.database.reading() as db:
        return accounts.log_ins_since(db, account.id, ward.clock.now() - 30 * DAY)


def validate(ward: Ward, account: Account, asked: Asked) -> Validated:
    return service.validate(
        ward.runtime,
        ward.open_network,
        account.id,
        gate=ward.gate,
        tell=lambda *_: None,
        asked=asked,
    )


def die(name: str) -> None:
    if name == "password_noted":
        raise Killed


class TestCounting:
    def test_of_a_killed_one_the_log_in_is_there_and_the_next_run_is_nobodys_wish(
        self, ward: Ward
    ) -> None:
        account = ward.account(auth_token=None, ct0=None)
        asked = Asked("operator:anna", asked_at=ward.clock.now())
        failpoints.install(die)
        for _ in range(3):
            ward.clock.advance(timedelta(minutes=1))
            with pytest.raises(Killed):
                validate(ward, account, asked)
        assert [one.outcome for one in log_ins(ward, account)] == ["begun"] * 3
        assert [one.is_by_person for one in log_ins(ward, account)] == [False, False, True]
        assert ward.log_ins(account) == []
        with pytest.raises(LogInsSpent):
            validate(ward, account, asked)

    def test_a_challenge_at_the_door_of_cookies_is_no_log_in(self, ward: Ward) -> None:
        account = ward.account()
        ward.trouble(account, "challenge")
        found = validate(ward, account, UNASKED)
        assert not found.finding.passed
        assert log_ins(ward, account) == []

    def test_a_refusal_is_known_before_the_verdict_is_written(self, ward: Ward) -> None:
        account = ward.account(password="hunter2hunter2", auth_token=None, ct0=None)
        validate(ward, account, UNASKED)
        assert [one.outcome for one in log_ins(ward, account)] == ["wrong_password"]
        with ward.runtime.database.reading() as db:
            row = accounts.get(db, account.id)
            assert accounts.refused_since(db, ward.runtime.sealer, row, "hunter2hunter2")


class TestTwoPasswords:
    def rotating(self, ward: Ward) -> Account:
        """Its new password holds, and nobody has found that out yet."""
        made = ward._unprotected()
        account = ward.account(made=made, password="the old one", auth_token=None, ct0=None)
        with ward.runtime.database.writing() as db:
            row = accounts.hold(db, account.id)
            accounts.propose_password(
                db, ward.runtime.sealer, row, made["password"], now=ward.clock.now()
            )
        return account

    def test_with_one_log_in_left_the_second_waits_for_the_next_day(self, ward: Ward) -> None:
        account = self.rotating(ward)
        with ward.runtime.database.writing() as db:
            accounts.note_log_in(db, account.id, OURS, now=ward.clock.now())
        ward.clock.advance(timedelta(hours=1))
        with pytest.raises(LogInsSpent) as caught:
            validate(ward, account, UNASKED)
        assert caught.value.until == ward.clock.now() + 23 * timedelta(hours=1)
        assert ward.log_ins(account) == ["wrong_password"]
        assert ward.now(account).validation_status is ValidationStatus.pending
        ward.clock.advance(DAY)
        assert validate(ward, account, UNASKED).finding.passed
        with ward.runtime.database.reading() as db:
            row = accounts.get(db, account.id)
            assert accounts.open_credentials(db, ward.runtime.sealer, row).password_pending is None

    def test_a_person_has_both_tried(self, ward: Ward) -> None:
        account = self.rotating(ward)
        assert validate(ward, account, Asked("operator:anna")).finding.passed
        assert [one.is_by_person for one in log_ins(ward, account)] == [True, True]

    def test_where_both_are_refused_neither_is_sent_again(self, ward: Ward) -> None:
        account = ward.account(password="the old one", auth_token=None, ct0=None)
        with ward.runtime.database.writing() as db:
            row = accounts.hold(db, account.id)
            accounts.propose_password(
                db, ward.runtime.sealer, row, "the new one", now=ward.clock.now()
            )
        for _ in range(3):
            found = validate(ward, account, Asked("operator:anna"))
            assert not found.finding.passed
        assert ward.log_ins(account) == ["wrong_password"] * 2
        assert found.finding.code == "password_refused"
