"""Pending passwords, backup codes, cookie jars and the log-ins that nobody has asked for."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from retinue.capabilities.accounts import service
from retinue.capabilities.accounts.models import AccountCredentials
from retinue.capabilities.accounts.schemas import LogIn, OpenCredentials
from retinue.foundation.runtime import Runtime
from tests.retinue.capabilities.accounts.conftest import MakeAccount

OLD, NEW, OTHER = "old password", "new password", "another password"
HOUR = timedelta(hours=1)
OURS = LogIn("recovery", "password", is_by_person=False)
THEIRS = LogIn("operator:anna", "password", is_by_person=True)


def opened(runtime: Runtime, account_id: int) -> OpenCredentials:
    with runtime.database.reading() as db:
        return service.open_credentials(db, runtime.sealer, service.get(db, account_id))


class TestPendingPassword:
    def test_is_kept_beside_the_one_in_force_until_it_is_promoted(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        account = make_account(credentials={"password": OLD})
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            assert service.propose_password(db, runtime.sealer, account, NEW, now=now) == NEW
        assert opened(runtime, account.id).password == OLD
        assert opened(runtime, account.id).password_pending == NEW
        with runtime.database.writing() as db:
            assert service.promote_password(db, account, now=now)
            assert not service.promote_password(db, account, now=now)
        assert opened(runtime, account.id).password == NEW
        assert opened(runtime, account.id).password_pending is None
        with runtime.database.reading() as db:
            row = db.scalars(select(AccountCredentials)).one()
            old = runtime.sealer.open(
                row.password_previous or b"",
                table="account_credentials",
                row=account.uid,
                column="password",
            )
        assert old == OLD

    def test_one_that_may_have_arrived_is_not_replaced(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        account = make_account(credentials={"password": OLD})
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            service.propose_password(db, runtime.sealer, account, NEW, now=now)
        with runtime.database.writing() as db:
            assert service.propose_password(db, runtime.sealer, account, OTHER, now=now) == NEW

    def test_one_that_was_refused_leaves_the_old_one(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        account = make_account(credentials={"password": OLD})
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            service.propose_password(db, runtime.sealer, account, NEW, now=now)
            assert service.drop_pending(db, account, now=now)
            assert not service.drop_pending(db, account, now=now)
        assert opened(runtime, account.id).password == OLD
        assert opened(runtime, account.id).password_pending is None


class TestBackupCodes:
    def test_each_is_given_once(self, runtime: Runtime, make_account: MakeAccount) -> None:
        account = make_account(credentials={"backup_codes": ("one", "two")})
        taken = []
        for _ in range(3):
            with runtime.database.writing() as db:
                taken.append(
                    service.take_backup_code(db, runtime.sealer, account, now=runtime.clock.now())
                )
        assert taken == ["one", "two", None]

    def test_a_used_one_stays_used_when_it_is_stored_again(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        account = make_account(credentials={"backup_codes": ("one",)})
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            service.take_backup_code(db, runtime.sealer, account, now=now)
        with runtime.database.writing() as db:
            again = {"backup_codes": '["one","three"]'}
            service.store_credentials(db, runtime.sealer, account, again, now=now)
            assert service.take_backup_code(db, runtime.sealer, account, now=now) == "three"
            assert service.upkeep_of(db, account.id).used_backup_codes == 2

    def test_an_account_without_any_has_none(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        account = make_account()
        with runtime.database.writing() as db:
            now = runtime.clock.now()
            assert service.take_backup_code(db, runtime.sealer, account, now=now) is None


class TestJars:
    def test_the_jar_before_is_kept_and_its_tokens_are_stored(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        account = make_account(credentials={"auth_token": "a0", "ct0": "c0"})
        now = runtime.clock.now()
        for number in (1, 2):
            tokens = {"auth_token": f"a{number}", "ct0": f"c{number}"}
            with runtime.database.writing() as db:
                service.store_jar(db, runtime.sealer, account, f"jar {number}", tokens, now=now)
        known = opened(runtime, account.id)
        assert (known.cookies, known.auth_token, known.ct0) == ("jar 2", "a2", "c2")
        with runtime.database.reading() as db:
            assert service.previous_jar(db, runtime.sealer, account) == "jar 1"
            assert service.upkeep_of(db, account.id).cookies_at == now

    def test_a_jar_that_waits_for_a_person_is_forgotten_with_the_next(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        account = make_account()
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            service.keep_waiting_jar(db, runtime.sealer, account, "half", now=now)
        with runtime.database.writing() as db:
            assert service.waiting_jar(db, runtime.sealer, account) == "half"
            service.store_jar(db, runtime.sealer, account, "whole", {}, now=now)
            assert service.waiting_jar(db, runtime.sealer, account) is None


class TestLogIns:
    def test_two_a_day_without_a_person(self, runtime: Runtime, make_account: MakeAccount) -> None:
        account = make_account()
        start = runtime.clock.now()
        with runtime.database.writing() as db:
            for hours in (0, 5):
                assert service.may_log_in(db, account.id, now=start + hours * HOUR)
                service.note_log_in(db, account.id, OURS, now=start + hours * HOUR)
            assert not service.may_log_in(db, account.id, now=start + 6 * HOUR)
            budget = service.log_in_budget(db, account.id, now=start + 6 * HOUR)
            assert (budget.left, budget.free_at) == (0, start + 24 * HOUR)
            assert service.may_log_in(db, account.id, now=start + 25 * HOUR)

    def test_what_a_person_asks_for_is_counted_apart(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        account = make_account()
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            for _ in range(5):
                service.note_log_in(db, account.id, THEIRS, now=now)
            assert service.log_in_budget(db, account.id, now=now).left == 2
            assert len(service.log_ins_since(db, account.id, now - HOUR)) == 5

    def test_one_that_a_crash_has_cut_off_counts(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        account = make_account()
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            service.note_log_in(db, account.id, OURS, now=now)
            ended = service.note_log_in(db, account.id, OURS, now=now)
            service.end_log_in(db, ended, door="backup_code", outcome="passed")
        with runtime.database.reading() as db:
            rows = service.log_ins_since(db, account.id, now - HOUR)
            assert [(row.door, row.outcome) for row in rows] == [
                ("backup_code", "passed"),
                ("password", "begun"),
            ]
            assert not service.may_log_in(db, account.id, now=now)

    def test_old_ones_are_forgotten(self, runtime: Runtime, make_account: MakeAccount) -> None:
        account = make_account()
        now = runtime.clock.now()
        with runtime.database.writing() as db:
            service.note_log_in(db, account.id, OURS, now=now - timedelta(days=91))
            service.note_log_in(db, account.id, OURS, now=now)
            assert service.prune_log_ins(db, now=now) == 1
