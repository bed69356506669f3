"""The file of all accounts."""

from __future__ import annotations

import csv
import io
import tracemalloc

from starlette.testclient import TestClient

from retinue.capabilities.accounts import service
from retinue.capabilities.accounts.models import Account
from retinue.capabilities.accounts.schemas import (
    AccountFilter,
)
from retinue.foundation.clock import ManualClock
from retinue.foundation.runtime import Runtime
from tests.retinue.capabilities.accounts.conftest import MakeAccount
from tests.retinue.capabilities.accounts.test_bulk import EXPORT, accounts, add_many

__all__ = ["accounts"]


CANARIES = {
    "password": "canary-password",
    "email_password": "canary-email-password",
    "auth_token": "canary-auth-token",
    "ct0": "canary-ct0",
    "totp_secret": "JBSWY3DPEHPK3PXP",
    "backup_codes": ("canary-code-1", "canary-code-2"),
    "cookies": "canary-cookies",
}


class TestExport:
    def test_no_secret_is_in_any_form_of_it(
        self, local: TestClient, make_account: MakeAccount
    ) -> None:
        make_account("luna", credentials=CANARIES, labels=("a", "b"), persona="=cmd()")
        as_csv, as_json = local.get(EXPORT), local.get(EXPORT, params={"format": "json"})
        assert [one["login"] for one in as_json.json()] == ["luna"]
        planted = [*(v for v in CANARIES.values() if isinstance(v, str)), "canary"]
        assert not [one for one in planted if one in as_csv.text + as_json.text]
        row = next(csv.DictReader(io.StringIO(as_csv.text)))
        assert (row["labels"], row["persona"]) == ("a|b", "'=cmd()")
        assert as_csv.headers["content-disposition"] == 'attachment; filename="accounts.csv"'

    def test_an_empty_pool_is_a_header_and_an_empty_array(self, local: TestClient) -> None:
        assert local.get(EXPORT).text.startswith("id,account_no,")
        assert local.get(EXPORT, params={"format": "json"}).json() == []

    def test_it_takes_the_filters_of_the_list(
        self, local: TestClient, accounts: list[Account]
    ) -> None:
        found = local.get(EXPORT, params={"format": "json", "search": "mi", "label": "old"}).json()
        assert [one["login"] for one in found] == ["mia"]
        ids = local.get(EXPORT, params={"format": "json", "ids": str(accounts[2].id)}).json()
        assert [one["login"] for one in ids] == ["noor"]
        assert local.get(EXPORT, params={"ids": "1;2"}).status_code == 422

    def test_its_memory_does_not_grow_with_the_pool(
        self, runtime: Runtime, clock: ManualClock
    ) -> None:
        def peak(count: int) -> int:
            add_many(runtime, count, clock)
            tracemalloc.start()
            total = sum(1 for _ in service.exported(runtime, AccountFilter()))
            assert total == count
            _, most = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            return most

        peak(1000)
        assert peak(8000) < 1.5 * peak(2000)
