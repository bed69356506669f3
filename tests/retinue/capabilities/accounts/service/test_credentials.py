"""Secrets open in their own row only, and show nothing."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import text

from retinue.capabilities.accounts import service
from retinue.foundation.runtime import Runtime
from retinue.foundation.sealing import SealBroken
from tests.retinue.capabilities.accounts.conftest import MakeAccount


class TestCredentials:
    def test_they_open_as_they_were_and_show_nothing(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        made = make_account(credentials={"password": "hush-hush", "backup_codes": ("1", "2")})
        with runtime.database.reading() as db:
            found = service.open_credentials(db, runtime.sealer, made)
        assert (found.password, found.backup_codes, found.cookies) == (
            "hush-hush",
            ("1", "2"),
            None,
        )
        assert "hush" not in repr(found)

    def test_a_new_value_keeps_the_one_before(
        self, runtime: Runtime, make_account: MakeAccount, noon: datetime
    ) -> None:
        made = make_account(credentials={"password": "old", "ct0": "same"})
        with runtime.database.writing() as db:
            changed = service.store_credentials(
                db, runtime.sealer, made, {"password": "new", "ct0": "same"}, now=noon
            )
        with runtime.database.reading() as db:
            blob = db.scalar(text("SELECT password_previous FROM account_credentials"))
            untouched = db.scalar(text("SELECT ct0_previous FROM account_credentials"))
        assert (changed, untouched) == (["password"], None)
        opened = runtime.sealer.open(
            bytes(blob), table="account_credentials", row=made.uid, column="password"
        )
        assert opened == "old"

    def test_a_value_in_another_accounts_row_does_not_open(
        self, runtime: Runtime, make_account: MakeAccount
    ) -> None:
        one = make_account("one", credentials={"password": "secret-1"})
        two = make_account("two", credentials={"password": "secret-2"})
        with runtime.database.writing() as db:
            blob = db.scalar(
                text("SELECT password FROM account_credentials WHERE account_id = :id"),
                {"id": one.id},
            )
            db.execute(
                text("UPDATE account_credentials SET password = :blob WHERE account_id = :id"),
                {"blob": blob, "id": two.id},
            )
        with runtime.database.reading() as db, pytest.raises(SealBroken):
            service.open_credentials(db, runtime.sealer, two)
